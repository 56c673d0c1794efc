// The registry's commands as a user meets them: models, prompts, runs, data and lineage.
#include <fstream>

#include "core/json.h"
#include "support/catch.h"
#include "support/workplace.h"

using namespace llmops;

namespace {

struct Workplace : test::Workplace {
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((folder.path() / name).parent_path());
    std::ofstream(folder.path() / name) << text;
  }
};

}  // namespace

TEST_CASE("models are registered, promoted by force only, rolled back and explained", "[cli]") {
  Workplace place;
  place.write("one/config.json", "{\"a\": 1}");
  place.write("two/config.json", "{\"a\": 2}");
  CHECK(place.json({"models", "register", "triage", "one", "--metadata", "license=MIT"})["uri"] == "models:/triage/1");
  CHECK(place.json({"models", "register", "triage", "two"})["version"] == 2);
  CHECK(place.json({"models", "list"})["models"].size() == 2);

  const auto refused = place.run({"models", "promote", "triage/1"});
  CHECK(refused.exit_code == 1);
  CHECK(refused.err ==
        "error: 'models:/triage/1' has no finished eval run with a gate\n"
        "hint: make one with: llmops eval models:/triage/1 --task TASK --gate 'accuracy>=0.8'\n");
  CHECK(place.run({"models", "promote", "triage/1", "--force"}).exit_code == 0);
  CHECK(place.run({"models", "promote", "triage/2", "--force"}).exit_code == 0);
  CHECK(place.json({"models", "rollback", "triage", "--why", "worse"})["to_version"] == 1);
  CHECK(place.json({"models", "show", "triage@production"})["version"] == 1);
  const Json moves = place.json({"models", "history", "triage"})["moves"];
  REQUIRE(moves.size() == 3);
  CHECK(moves[0]["action"] == "force");
  CHECK(moves[2]["why"] == "worse");
  CHECK(place.json({"models", "history", "triage", "--as-of", "2000-01-01"})["aliases"].empty());

  const auto typo = place.run({"models", "show", "triaje"});
  CHECK(typo.exit_code == 1);
  CHECK(typo.err == "error: there is no model 'triaje'\nhint: did you mean 'triage'?\n");
  CHECK(place.run({"models", "register", "x", "."}).exit_code == 1);
  CHECK(place.run({"models", "alias", "triage", "staging"}).exit_code == 2);
}

TEST_CASE("what only reads creates no registry, and a dry run changes none", "[cli]") {
  Workplace place;
  const auto registry = place.folder.path() / ".llmops";
  CHECK(place.run({"runs", "list"}).exit_code == 0);
  CHECK(place.run({"models", "show", "triage"}).exit_code == 1);
  CHECK_FALSE(std::filesystem::exists(registry));
  place.write("one/config.json", "{\"a\": 1}");
  CHECK(place.json({"--dry-run", "models", "register", "triage", "one"})["uri"] == "models:/triage/1");
  CHECK_FALSE(std::filesystem::exists(registry));
  CHECK(place.run({"models", "register", "triage", "one"}).exit_code == 0);
  CHECK(place.json({"--dry-run", "models", "tag", "triage/1", "team=a"})["tags"]["team"] == "a");
  CHECK(place.json({"models", "show", "triage/1"})["tags"].empty());
}

TEST_CASE("prompts are versioned, linted and exchanged as files", "[cli]") {
  Workplace place;
  CHECK(place.run({"prompts", "add", "triage", "-", "-m", "first"}, "Sort: {{ticket}}\n").exit_code == 0);
  CHECK(place.run({"prompts", "add", "triage", "-"}, "Sort now: {{ticket}}\n").exit_code == 0);
  CHECK(place.run({"prompts", "diff", "triage/1", "triage@latest"}).out ==
        "- Sort: {{ticket}}\n+ Sort now: {{ticket}}\n");
  CHECK(place.run({"prompts", "label", "triage", "production", "1"}).exit_code == 0);
  CHECK(place.json({"prompts", "show", "triage@production"})["version"] == 1);
  const auto lint = place.run({"prompts", "lint", "triage"});
  CHECK(lint.exit_code == 3);
  CHECK(lint.out == "prompt://triage/2: error: variable 'ticket' is unbound\n");
  CHECK(place.run({"prompts", "lint", "triage", "--var", "ticket"}).exit_code == 0);
  CHECK(place.run({"prompts", "export", "triage/1", "-o", "triage.json"}).exit_code == 0);
  CHECK(place.json({"prompts", "import", "triage.json"})["version"] == 3);
  CHECK(place.run({"prompts", "add", "bad", "-"}, "{{x").err == "error: bad:1: '{{' is not closed\n");
}

TEST_CASE("an empty registry answers, a junk one is named", "[cli]") {
  Workplace place;
  CHECK(place.run({"runs", "list"}).out == "no runs\n");
  CHECK(place.json({"data", "list"})["datasets"].empty());
  CHECK(place.run({"runs", "show", "latest"}).exit_code == 1);
  CHECK(place.run({"lineage", "nothing"}).exit_code == 1);
  place.write("junk.db", "no database at all, but long enough");
  test::CliOptions options;
  options.environment = {{"LLMOPS_REGISTRY", (place.folder.path() / "junk.db").string()}};
  const auto junk = test::run_llmops({"runs", "list"}, options);
  CHECK(junk.exit_code == 1);
  CHECK(junk.err.find("junk.db' is not a registry") != std::string::npos);
}

TEST_CASE("the registry commands and their subcommands show examples", "[cli]") {
  for (const char* command : {"runs", "models", "data", "prompts"}) {
    for (const char* sub : {"list", "show", "diff"}) {
      const auto help = test::run_llmops({command, sub, "--help"});
      CHECK(help.exit_code == 0);
      CHECK(help.out.find("Examples:") != std::string::npos);
    }
  }
  CHECK(test::run_llmops({"lineage", "--help"}).out.find("Examples:") != std::string::npos);
}
