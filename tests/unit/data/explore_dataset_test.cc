// Statistics, comparison and page of whole datasets.
#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "core/error.h"
#include "core/files.h"
#include "data/explore/dataset_diff.h"
#include "data/explore/page/dataset_page.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace llmops;
using namespace llmops::data::explore;

namespace {

using Rows = std::vector<std::string>;

struct Folder {
  test::TemporaryDirectory folder;
  fs::path path() const { return folder.path(); }

  void write(const std::string& name, const Rows& rows) const {
    std::string text;
    for (const std::string& row : rows) text += row + "\n";
    write_file_atomic(path() / name, text);
  }
  void write_manifest(const Json& packed = nullptr) const {
    Json splits = Json::object();
    for (const char* split : {"train", "test"})
      splits[split] = {{"records", 0}, {"jsonl", std::string(split) + ".jsonl"}, {"packed", packed}};
    write_file_atomic(path() / "manifest.json",
                      dump_json({{"format", "llmops-dataset"}, {"format_version", 1}, {"splits", splits}}));
  }
};

std::string row(const std::string& id, const std::string& text, const std::string& more = "") {
  return "{\"id\":\"" + id + "\",\"text\":\"" + text + "\"" + more + "}";
}

DatasetStats stats_of(const fs::path& path, const StatsSpec& spec = {}) {
  Progress silent;
  return measure_dataset(find_dataset_files(path), spec, silent);
}

}  // namespace

TEST_CASE("a dataset's numbers, by hand", "[explore]") {
  const Folder folder;
  folder.write("train.jsonl",
               {row("1", "the cat sat", R"(,"source":"a","language":"en")"),
                row("2", "the cat sat", R"(,"source":"b","language":"en","note":null)"),
                R"({"id":"3","messages":[{"role":"user","content":"hi you"},{"role":"assistant","content":"no"}]})",
                "{broken", R"({"id":"4","prompt":"p","chosen":"c c c","rejected":"r","source":"a"})"});
  folder.write("test.jsonl", {row("5", "caf\u00e9"), row("6", "the cat sat"), ""});
  folder.write("rejects.jsonl",
               {R"({"path":"raw","line":3,"outcome":"dropped","rule":"too_short","value":"x"})",
                R"({"path":"raw","line":4,"outcome":"dropped","rule":"too_short","value":"y"})",
                R"({"path":"raw","line":5,"outcome":"rejected","rule":"bad_json","value":"{"})", "nonsense"});
  folder.write("clusters.jsonl", {R"({"first":"1","split":"train","others":[{"id":"2"},{"id":"6"}]})",
                                  R"({"first":"9","split":"test","others":[{"id":"8"}]})"});
  folder.write_manifest({{"tokens", 10}, {"supervised_tokens", 4}});
  StatsSpec spec;
  spec.by = "note";
  const Json json = stats_of(folder.path(), spec).json();
  CHECK(json["records"] == 6);
  CHECK(json["bad_lines"] == 1);
  CHECK(json["words"] == 18);
  CHECK(json["characters"] == 11 * 3 + 8 + 7 + 4);
  CHECK(json["bytes"] == 11 * 3 + 8 + 7 + 5);
  CHECK(json["tokens"] == 20);
  CHECK(json["supervised_tokens"] == 8);
  CHECK(json["shapes"] == Json{{"text", 4}, {"conversation", 1}, {"pair", 1}});
  CHECK(json["splits"]["train"]["records"] == 4);
  CHECK(json["splits"]["test"]["words"] == 4);
  CHECK(json["by"]["source"]["a"]["records"] == 2);
  CHECK(json["by"]["source"]["(none)"]["records"] == 3);
  CHECK(json["by"]["language"]["en"]["records"] == 2);
  CHECK(json["by"]["note"]["(none)"]["records"] == 6);
  CHECK(json["fields"]["note"] == Json{{"records", 1}, {"missing", 5}, {"empty", 1}, {"kinds", {{"null", 1}}}});
  CHECK(json["duplicates"]["records"] == 2);
  CHECK(json["duplicates"]["distinct"] == 4);
  CHECK(json["duplicates"]["most_repeated"][0] ==
        Json{{"id", "1"}, {"file", "train.jsonl"}, {"count", 3}, {"beginning", "the cat sat"}});
  CHECK(json["text"]["vocabulary"] == 10);
  CHECK(json["text"]["triples"][0] == Json{{"text", "the cat sat"}, {"count", 3}});
  CHECK(json["conversations"]["roles"]["user"] == Json{{"turns", 1}, {"words", 2}, {"characters", 6}});
  CHECK(json["pairs"]["chosen_longer"] == 1);
  CHECK(json["lost"]["records"] == 3);
  CHECK(json["lost"]["rules"][0]["rule"] == "too_short");
  CHECK(json["lost"]["rules"][0]["examples"].size() == 2);
  CHECK(json["clusters"]["clusters"] == 2);
  CHECK(json["clusters"]["largest"][0] == Json{{"first", "1"}, {"records", 3}});
}

TEST_CASE("statistics do not depend on the number of threads", "[explore]") {
  const Folder folder;
  std::mt19937 random(8);
  Rows rows;
  for (int i = 0; i < 12000; ++i) {
    std::string text = random() % 3 == 0 ? "she " : "he ";
    for (unsigned k = 20 + random() % 60; k > 0; --k)
      text += "w" + std::to_string(random() % (1 + random() % 5000)) + (random() % 9 == 0 ? ". " : " ");
    rows.push_back(row(std::to_string(i), text));
  }
  folder.write("big.jsonl", rows);
  StatsSpec spec;
  spec.capacity = {2000, 5000};  // so small that things are forgotten
  spec.threads = 1;
  const Json one = stats_of(folder.path() / "big.jsonl", spec).json();
  spec.threads = 3;
  CHECK(stats_of(folder.path() / "big.jsonl", spec).json() == one);
  CHECK(one["text"]["vocabulary_exact"] == false);
}

TEST_CASE("what cannot be measured is said", "[explore]") {
  const Folder folder;
  folder.write("empty.jsonl", {});
  CHECK(stats_of(folder.path() / "empty.jsonl").total.records == 0);
  CHECK(stats_of(folder.path() / "empty.jsonl").text(80).find("0 records") != std::string::npos);
  folder.write("prose.txt", {"", "just text"});
  CHECK_THROWS_WITH(stats_of(folder.path() / "prose.txt"),
                    Catch::Contains("prose.txt:2: no line of") && Catch::Contains("is a JSON object"));
  CHECK_THROWS_AS(find_dataset_files(folder.path() / "none"), NotFoundError);
  CHECK_THROWS_AS(find_dataset_files(folder.path()), InputError);
  CHECK_THROWS_AS(find_dataset_files(folder.path() / "empty.jsonl", "train"), UsageError);
}

TEST_CASE("every record of two datasets has one fate", "[explore]") {
  const Folder before, after;
  before.write("train.jsonl",
               {row("same", "a b"), row("changed", "old text"), row("gone", "to be removed"), row("moves", "moving"),
                row("first name", "renamed"), row("twice", "x"), row("twice", "x")});
  before.write("test.jsonl", {});
  after.write("train.jsonl",
              {row("same", "a b", R"(,"score":1)"), row("changed", "new text"), row("second name", "renamed"),
               row("twice", "x"), row("new", "brand new"), R"({"text":"without an id"})"});
  after.write("test.jsonl", {row("moves", "moving"), "broken"});
  before.write_manifest();
  after.write_manifest();
  Progress silent;
  const DatasetDiff diff =
      compare_datasets(find_dataset_files(before.path()), find_dataset_files(after.path()), {}, silent);
  const Json json = diff.json();
  CHECK(json["records"] == Json{{"same", 3}, {"renamed", 1}, {"changed", 1}, {"added", 2}, {"removed", 2}});
  CHECK(diff.same + diff.renamed + diff.changed + diff.removed == diff.before.total.records);
  CHECK(diff.same + diff.renamed + diff.changed + diff.added == diff.after.total.records);
  CHECK(json["moves"] == Json::array({{{"from", "train"}, {"to", "test"}, {"records", 1}}}));
  CHECK(json["examples"]["changed"] ==
        Json::array({{{"id", "changed"}, {"split", "train"}, {"before", "old text"}, {"after", "new text"}}}));
  CHECK(json["examples"]["added"].size() == 2);
  CHECK(json["examples"]["removed"][0]["id"] == "gone");
  CHECK(json["after"]["bad_lines"] == 1);
  CHECK(diff.text(80).find("moved: train to test") != std::string::npos);

  const DatasetDiff self =
      compare_datasets(find_dataset_files(before.path()), find_dataset_files(before.path()), {}, silent);
  CHECK(self.same == 7);
  CHECK(self.words.empty());
}

TEST_CASE("random edits of a dataset are counted as they were made", "[explore]") {
  std::mt19937 random(6);
  Rows before, after;
  std::uint64_t same = 0, renamed = 0, changed = 0, added = 0, removed = 0;
  for (int i = 0; i < 3000; ++i) {
    const std::string id = "r" + std::to_string(i), text = "text " + std::to_string(i);
    const unsigned fate = random() % 10;
    if (fate != 0) before.push_back(row(id, text));
    if (fate == 1) {
      ++removed;
    } else if (fate == 2) {
      after.push_back(row(id, text + " more"));
      ++changed;
    } else if (fate == 3) {
      after.push_back(row("other " + id, text));
      ++renamed;
    } else {
      after.push_back(row(id, text));
      ++(fate == 0 ? added : same);
    }
  }
  std::shuffle(after.begin(), after.end(), random);
  const Folder folder;
  folder.write("a.jsonl", before);
  folder.write("b.jsonl", after);
  Progress silent;
  const DatasetDiff diff = compare_datasets(find_dataset_files(folder.path() / "a.jsonl"),
                                            find_dataset_files(folder.path() / "b.jsonl"), {}, silent);
  CHECK(diff.same == same);
  CHECK(diff.renamed == renamed);
  CHECK(diff.changed == changed);
  CHECK(diff.added == added);
  CHECK(diff.removed == removed);
  CHECK(diff.moves.empty());
}

TEST_CASE("a page escapes what is in the records, and needs nothing from outside", "[explore]") {
  const Folder folder;
  Rows rows;
  for (int i = 0; i < 40; ++i)
    rows.push_back(row("<i>" + std::to_string(i),
                       i % 2 == 0 ? "<script>alert(1)</script> engine wheel" : "cake & flour oven",
                       R"(,"source":"<b>")"));
  folder.write("x.jsonl", rows);
  const DatasetFiles files = find_dataset_files(folder.path() / "x.jsonl");
  Progress silent;
  const TopicMap topics = map_topics(files, {}, {}, "", silent);
  REQUIRE(topics.topics.size() == 2);
  CHECK(topics.topics[0].records + topics.topics[1].records == 40);
  const std::string page = dataset_page(measure_dataset(files, {}, silent), &topics);
  for (const char* never : {"<script", "<i>0", "<b></b>", "http", "src=", "@import", "url("}) {
    INFO(never);
    CHECK(page.find(never) == std::string::npos);
  }
  for (const char* section : {"Lengths", "Topics", "Records by source", "Words", "Duplicates", "Fields"})
    CHECK(page.find(fmt::format("<h2>{}</h2>", section)) != std::string::npos);
  CHECK(page.find("&lt;script&gt;alert(1)") != std::string::npos);

  // Vectors from a model are taken as they come.
  std::size_t asked = 0;
  const llmops::data::EmbedTexts embed = [&](std::span<const std::string> texts) {
    asked = texts.size();
    std::vector<std::vector<float>> vectors;
    for (const std::string& text : texts) vectors.push_back({text.starts_with("cake") ? 1.0F : 0.0F, 1});
    return vectors;
  };
  const TopicMap embedded = map_topics(files, {}, embed, "tiny", silent);
  CHECK(asked == 40);
  CHECK(embedded.vectors == "tiny");
  CHECK(embedded.topics[0].records == 20);
}
