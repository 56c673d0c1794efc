// `llmops annotate` as scripts and people meet it: lines in, a folder of answers, agreement, exports, synthetic
// records.
#include <fmt/format.h>

#include "core/files.h"
#include "core/json_lines.h"
#include "support/catch.h"
#include "support/workplace.h"

using namespace llmops;
using test::golden;
using test::Workplace;

namespace {

std::vector<Json> lines_of(const fs::path& file) {
  std::vector<Json> lines;
  const std::string text = read_file(file);
  for (const JsonLine& line : split_json_lines(text, file.string()))
    lines.push_back(parse_json(line.text, line.origin));
  return lines;
}

struct Tickets : Workplace {
  Tickets() {
    std::string text;
    for (int i = 0; i < 4; ++i)
      text += dump_json({{"id", fmt::format("t{}", i)}, {"text", fmt::format("ticket {}", i)}}) + "\n";
    write_file_atomic(folder.path() / "tickets.jsonl", text);
  }
  /// As `annotator`, with two answers wanted of each record.
  test::CliResult say(const std::string& annotator, const std::string& lines,
                      std::vector<std::string> more = {}) const {
    std::vector<std::string> words{"annotate", "tickets.jsonl", "--labels", "bug,other", "--overlap",
                                   "2",        "--annotator",   annotator};
    words.insert(words.end(), more.begin(), more.end());
    return run(words, lines);
  }
};

}  // namespace

TEST_CASE("lines of a script label records, and a later session goes on", "[cli]") {
  const Tickets place;
  const auto first = place.say("ann", "bug\n2\n:quit\n");
  CHECK(first.exit_code == 0);
  CHECK(first.out.find("1  bug   2  other") == std::string::npos);  // the menu of keys is the terminal's
  CHECK(first.out.find("ticket 1") != std::string::npos);
  CHECK(first.out.find("ann: 2 decided now, 2 of 4 done") != std::string::npos);
  const auto again = place.run({"annotate", "tickets.annotations", "--annotator", "ann", "--json"}, "bug\nbug\n");
  CHECK(again.exit_code == 0);
  const auto shown = split_json_lines(again.out, "stdout");
  REQUIRE(shown.size() == 3);
  CHECK(parse_json(shown[0].text, "stdout")["record"]["text"] == "ticket 2");
  CHECK(parse_json(shown[2].text, "stdout")["done"] == 4);
  const auto wrong = place.say("bob", "bug\nbgu\nbug\n");
  CHECK(wrong.exit_code == 1);
  CHECK(wrong.err == "error: stdin:2: record 't1': 'bgu' is no answer\nhint: did you mean 'bug'?\n");
  CHECK(place.json({"annotate", "agreement", "tickets.annotations"})["questions"][0]["shared"] == 1);
}

TEST_CASE("agreement, its gate, and an export that says what it leaves out", "[cli]") {
  const Tickets place;
  place.say("ann", "bug\nbug\nother\nother\n");
  place.say("bob", "bug\nother\nother\nother\n");
  const Json report = place.json({"annotate", "agreement", "tickets.annotations"});
  CHECK(report["questions"][0]["pairs"][0]["kappa"] == 0.5);
  CHECK(report["disputed"][0]["id"] == "t1");
  CHECK(place.run({"annotate", "agreement", "tickets.annotations", "--least-alpha", "0.9"}).exit_code == 3);
  CHECK(place.run({"annotate", "agreement", "tickets.annotations", "--least-alpha", "0.4"}).exit_code == 0);
  const Json exported = place.json({"annotate", "export", "tickets.annotations", "-o", "labels.jsonl"});
  CHECK(exported["exported"] == 3);
  CHECK(exported["undecided"] == Json::array({"t1"}));
  const auto lines = lines_of(place.folder.path() / "labels.jsonl");
  REQUIRE(lines.size() == 3);
  CHECK(lines[1]["label"] == "other");
  CHECK(lines[1]["annotation"]["votes"]["bob"] == "other");
  const auto all = place.json(
      {"annotate", "export", "tickets.annotations", "-o", "a.csv", "--format", "csv", "--resolve", "annotator:ann"});
  CHECK(all["exported"] == 4);
  CHECK(place.json({"runs", "list"})["runs"].size() == 2);
}

TEST_CASE("suggestions from a file are taken by a command, and judged", "[cli]") {
  const Tickets place;
  write_file_atomic(place.folder.path() / "s.jsonl",
                    "{\"id\": \"t0\", \"label\": \"bug\", \"score\": 0.9}\n{\"id\": \"t1\", \"label\": \"bug\"}\n");
  CHECK(place.say("ann", ":accept\nother\nbug\nbug\n", {"--suggest", "s.jsonl"}).exit_code == 0);
  const Json judged = place.json({"annotate", "agreement", "tickets.annotations"})["suggestions"][0];
  CHECK(judged["source"] == "s.jsonl");
  CHECK(judged["acceptance"] == 0.5);
  CHECK(judged["accuracy"] == 0.5);
}

TEST_CASE("mistakes are told before anybody begins", "[cli]") {
  const Tickets place;
  CHECK(place.run({"annotate"}).exit_code == 2);
  CHECK(place.run({"annotate", "tickets.jsonl"}).err.find("there are no labels") != std::string::npos);
  CHECK(place.run({"annotate", "tickets.jsonl", "--kind", "rank"}).err.find("no field 'chosen' to rank") !=
        std::string::npos);
  CHECK(place.run({"annotate", "tickets.jsonl", "--labels", "a,a"}).exit_code == 2);
  CHECK(place.run({"annotate", "export", "nowhere", "-o", "x"}).exit_code == 1);
  const auto mixed = place.run({"annotate", "agreement", "tickets.annotations", "--web"});
  CHECK(mixed.exit_code == 2);
  CHECK(mixed.err.find("'--web' is not an option of 'annotate agreement'") != std::string::npos);
  CHECK_FALSE(fs::exists(place.folder.path() / "tickets.annotations"));
  place.say("ann", "");
  CHECK(
      place.run({"annotate", "tickets.jsonl", "--labels", "bug,none"}).err.find("holds the answers to another task") !=
      std::string::npos);
}

TEST_CASE("the browser's server says where it is, and ends in good order", "[cli]") {
  const Tickets place;
  test::CliOptions options;
  options.working_directory = place.folder.path();
  options.kill_after_ms = 3000;
  options.kill_signal = 15;
  const auto result = test::run_llmops({"annotate", "tickets.jsonl", "--labels", "a,b", "--web", "--json"}, options);
  CHECK(result.exit_code == 0);
  const auto lines = split_json_lines(result.out, "stdout");
  REQUIRE(lines.size() == 2);
  CHECK(parse_json(lines[0].text, "stdout")["url"].get<std::string>().find("http://127.0.0.1:") == 0);
  CHECK(parse_json(lines[1].text, "stdout")["event"] == "stopped");
}

TEST_CASE("a model writes records, the same at any batch, and suggests labels", "[cli]") {
  const Tickets place;
  write_file_atomic(place.folder.path() / "p.yaml",
                    "prompt: 'Write about {{topic}}.'\nvariables: {topic: [cats, dogs]}\n"
                    "sampling: {max_tokens: 8, temperature: 1}\nchecks: {whole: false}\n");
  CHECK(place.run({"annotate", "synthesize", "p.yaml", "--dry-run"}).out.find("user: Write about ") == 0);
  const std::string model = golden("tiny-chat").string();
  const auto make = [&](const std::string& output, const std::string& batch) {
    return place.json({"annotate", "synthesize", "p.yaml", "-n", "5", "-o", output, "--model", model, "--seed", "3",
                       "--max-batch", batch, "--rejects", "rejects.jsonl"});
  };
  const Json report = make("a.jsonl", "1");
  CHECK(report["accepted"] == 5);
  make("b.jsonl", "4");
  CHECK(read_file(place.folder.path() / "a.jsonl") == read_file(place.folder.path() / "b.jsonl"));
  const Json record = lines_of(place.folder.path() / "a.jsonl")[0];
  CHECK(record["id"] == "p-000001");
  CHECK(record["synthesis"]["prompt_sha256"] == report["prompt_sha256"]);
  CHECK(record["synthesis"]["model"] == model);
  CHECK(lines_of(place.folder.path() / "rejects.jsonl").size() == report["attempts"].get<std::size_t>() - 5);
  const auto suggested = place.say("ann", ":accept\n:quit\n", {"--suggest-model", model, "--json"});
  CHECK(suggested.exit_code == 0);
  const Json shown = parse_json(split_json_lines(suggested.out, "stdout")[0].text, "stdout");
  CHECK(shown["suggestion"]["source"] == model);
}
