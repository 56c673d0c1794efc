// Missing, truncated, junk and wrong inputs: a clear error, the right exit code, nothing half-written, no run left
// open.
#include <fmt/format.h>

#include "core/files.h"
#include "core/json.h"
#include "support/catch.h"
#include "support/cli.h"
#include "support/temporary_directory.h"

using namespace llmops;
using test::run_llmops;

namespace {

using Words = std::vector<std::string>;

/// A working folder with a tiny model "m", a recipe, a task and data, each of which a test may damage.
struct Workplace {
  Workplace() {
    fs::create_directory(root.path() / "m");
    for (const char* name :
         {"config.json", "generation_config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"}) {
      fs::copy_file(test::golden("tiny-chat") / name, root.path() / "m" / name);
    }
    std::string rows;
    for (int i = 0; i < 12; ++i) {
      rows +=
          fmt::format(
              R"({{"messages": [{{"role": "user", "content": "ticket {}"}}, {{"role": "assistant", "content": "ok"}}]}})",
              i) +
          "\n";
    }
    write_file_atomic(root.path() / "data.jsonl", rows);
    write_file_atomic(
        root.path() / "recipe.yaml",
        "base_model: m\ndatasets: [{path: data.jsonl}]\nval_set_size: 0\nmax_steps: 2\noutput_dir: out\n");
    write_file_atomic(root.path() / "task.yaml",
                      "task: t\ndataset_path: data.jsonl\noutput_type: generate_until\ndoc_to_messages: messages\n"
                      "generation_kwargs: {max_gen_toks: 2}\nmetric_list: [{metric: exact_match}]\n");
  }

  test::CliResult run(const Words& words) const {
    test::CliOptions options;
    options.working_directory = root.path();
    return run_llmops(words, options);
  }
  void damage(const std::string& name, const std::string& content) const {
    write_file_atomic(root.path() / name, content);
  }
  void truncate(const std::string& name, std::uint64_t bytes) const { fs::resize_file(root.path() / name, bytes); }

  test::TemporaryDirectory root;
};

/// Every failure has one error line, no crash and no open run; @returns stderr
std::string fails(const Workplace& place, int exit_code, const Words& words) {
  const auto result = place.run(words);
  INFO(result.err);
  CHECK(result.exit_code == exit_code);
  CHECK(result.err.find("error: ") != std::string::npos);
  CHECK(result.err.find("internal error") == std::string::npos);
  CHECK_FALSE(fs::exists(place.root.path() / "out"));
  CHECK_FALSE(fs::exists(place.root.path() / "out.gguf"));
  const Json runs = parse_json(place.run({"runs", "list", "--json"}).out, "runs");
  for (const Json& run : runs["runs"]) CHECK(run["status"] != "running");
  return result.err;
}

const Words kEval{"eval", "--model", "m", "--tasks", "task.yaml"};
const Words kFinetune{"finetune-lora", "recipe.yaml"};
const Words kQuantize{"quantize", "m", "-o", "out.gguf"};

}  // namespace

TEST_CASE("the undamaged workplace works", "[cli]") {
  const Workplace place;
  CHECK(place.run(kEval).exit_code == 0);
  CHECK(place.run(kFinetune).exit_code == 0);
  CHECK(place.run(kQuantize).exit_code == 0);
}

TEST_CASE("what is missing is named", "[cli]") {
  const Workplace place;
  CHECK(fails(place, 1, {"eval", "--model", "nowhere", "--tasks", "task.yaml"}).find("nowhere") != std::string::npos);
  CHECK(fails(place, 1, {"eval", "--model", "models:/nothing/1", "--tasks", "task.yaml"}).find("nothing") !=
        std::string::npos);
  CHECK(fails(place, 1, {"eval", "--model", "m", "--tasks", "none.yaml"}).find("none.yaml") != std::string::npos);
  CHECK(fails(place, 1, {"finetune-lora", "none.yaml"}).find("none.yaml") != std::string::npos);
  CHECK(fails(place, 1, {"prepare", "nowhere"}).find("nowhere") != std::string::npos);
  CHECK(fails(place, 1, {"pull", "./nowhere"}).find("nowhere") != std::string::npos);
  CHECK(fails(place, 1, {"serve", "--model", "nowhere"}).find("nowhere") != std::string::npos);
  fs::remove(place.root.path() / "m" / "tokenizer.json");
  CHECK(fails(place, 1, kEval).find("tokenizer") != std::string::npos);
}

TEST_CASE("truncated and junk model files are refused", "[cli]") {
  for (const char* name : {"m/config.json", "m/tokenizer.json", "m/model.safetensors"}) {
    for (const bool junk : {false, true}) {
      const Workplace place;
      INFO(name << (junk ? " junk" : " truncated"));
      if (junk)
        place.damage(name, std::string("\x00\xff\x13junk\x80", 8));
      else
        place.truncate(name, fs::file_size(place.root.path() / name) / 2);
      const std::string file = fs::path(name).filename().string();
      CHECK(fails(place, 1, kEval).find(file) != std::string::npos);
      CHECK(fails(place, 1, kFinetune).find(file) != std::string::npos);
      CHECK(fails(place, 1, kQuantize).find(file) != std::string::npos);
    }
  }
}

TEST_CASE("a recipe's mistakes come all at once, with lines and hints", "[cli]") {
  const Workplace place;
  place.damage("recipe.yaml",
               "base_model: m\nlerning_rate: 1\nlora_r: many\noutput_dir: out\ndatasets: [{path: data.jsonl}]\n");
  const std::string text = fails(place, 2, kFinetune);
  CHECK(text.find("recipe.yaml:2: unknown key 'lerning_rate'") != std::string::npos);
  CHECK(text.find("recipe.yaml:3: ") != std::string::npos);
  CHECK(text.find("learning_rate") != std::string::npos);
  place.damage("recipe.yaml", "base_model: [m\n");
  fails(place, 2, kFinetune);
  place.damage("task.yaml", "task: t\nmetric_list: [{metric: exactmatch}]\n");
  fails(place, 2, kEval);
}

TEST_CASE("data with nothing usable is an error", "[cli]") {
  const Workplace place;
  place.damage("data.jsonl", "");
  fails(place, 1, kFinetune);
  fails(place, 4, kEval);  // nothing was measured
  place.damage("data.jsonl", "{\"messages\": [{\"role\": \"user\", \"content\": \"no answer\"}]}\n");
  fails(place, 1, kFinetune);
  place.damage("data.jsonl", "{half a line\n");
  fails(place, 1, kFinetune);
  fs::create_directory(place.root.path() / "empty");
  fails(place, 1, {"prepare", "empty"});
}

TEST_CASE("gates that cannot be checked are usage errors", "[cli]") {
  const Workplace place;
  Words words = kEval;
  words.insert(words.end(), {"--gate", "exact_match>=high"});
  fails(place, 2, words);
  words.back() = "exact_mach>=0.5";
  CHECK(fails(place, 2, words).find("exact_match") != std::string::npos);
  words.back() = "exact_match>=0.99";
  CHECK(place.run(words).exit_code == 3);
}

TEST_CASE("an adapter for another model is refused", "[cli]") {
  const Workplace place;
  REQUIRE(place.run(kFinetune).exit_code == 0);
  fs::rename(place.root.path() / "out", place.root.path() / "adapter");
  place.truncate("adapter/adapter_model.safetensors", 100);
  CHECK(fails(place, 1, {"eval", "--model", "adapter", "--base", "m", "--tasks", "task.yaml"}).find("adapter_model") !=
        std::string::npos);
}

TEST_CASE("Ctrl-C marks the run and keeps a checkpoint to go on from", "[cli]") {
  const Workplace place;
  test::CliOptions options;
  options.working_directory = place.root.path();
  options.kill_after_ms = 4000;
  options.kill_signal = 2;
  const auto result = run_llmops({"finetune-lora", "recipe.yaml", "--set", "max_steps=100000"}, options);
  INFO(result.err);
  CHECK(result.exit_code == 130);
  CHECK(result.err.find("--resume") != std::string::npos);
  const Json runs = parse_json(place.run({"runs", "list", "--json"}).out, "runs");
  CHECK(runs["runs"][0]["status"] == "interrupted");
  CHECK_FALSE(fs::exists(place.root.path() / "out"));
}

TEST_CASE("kill -9 leaves no half-written output, and the run becomes lost", "[cli]") {
  const Workplace place;
  test::CliOptions options;
  options.working_directory = place.root.path();
  options.kill_after_ms = 3000;
  CHECK(run_llmops({"finetune-lora", "recipe.yaml", "--set", "max_steps=100000"}, options).exit_code == 137);
  const Json runs = parse_json(place.run({"runs", "list", "--json"}).out, "runs");
  CHECK(runs["runs"][0]["status"] == "lost");
  CHECK_FALSE(fs::exists(place.root.path() / "out"));
}
