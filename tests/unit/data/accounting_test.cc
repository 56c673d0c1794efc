// Every record is accounted for, however broken the input; the outcome depends on neither threads nor neighbours.
#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <numeric>
#include <random>
#include <set>

#include "core/error.h"
#include "core/files.h"
#include "data/prepare.h"
#include "data/write/final_records.h"
#include "data/write/write_dataset.h"
#include "support/catch.h"
#include "support/temporary_directory.h"
#include "text/utf8.h"

namespace llmops::data {
namespace {

std::string good_line(std::mt19937& random) {
  std::string text;
  for (int i = 0; i < 12; ++i) text += "word" + std::to_string(random() % 400) + " ";
  return dump_json({{"text", text + "x@example.com"}});
}

std::string break_line(std::string line, std::mt19937& random) {
  switch (random() % 7) {
    case 0: return line.substr(0, 1 + random() % (line.size() - 1));
    case 1: line[random() % line.size()] = '\xFF'; return line;
    case 2: return "[1, 2]";
    case 3: return "{\"text\": 5}";
    case 4: return "{\"text\": [\"a\"]}";
    case 5: return "{\"other\": \"a\"}";
    default: return "{\"text\": \" \\u0000 <p></p>\"}";
  }
}

// A jsonl file of `count` lines, a third broken and a third copied, and the number of lines that are not blank.
std::uint64_t write_corrupted(const fs::path& path, int count, unsigned seed) {
  std::mt19937 random(seed);
  std::ofstream file(path, std::ios::binary);
  std::vector<std::string> lines;
  std::uint64_t written = 0;
  for (int i = 0; i < count; ++i) {
    std::string line = !lines.empty() && random() % 3 == 0 ? lines[random() % lines.size()] : good_line(random);
    lines.push_back(line);
    if (random() % 3 == 0) line = break_line(line, random);
    if (random() % 20 == 0) file << "\n  \r\n";
    file << line << (random() % 2 == 0 ? "\n" : "\r\n");
    ++written;
  }
  return written;
}

std::uint64_t total(const Counts& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const auto& entry) { return sum + entry.second; });
}

std::uint64_t count_lines(const fs::path& path) {
  const std::string text = read_file(path);
  return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

// A place to work and what was prepared there.
struct Prepared {
  test::TemporaryDirectory folder;
  Workplace workplace;
  StepStore store;
  Progress silent;
  PreparedCorpus corpus;
  PrepareReport report;

  Prepared(const PrepareRecipe& recipe, int threads)
      : workplace{folder.path(), std::uint64_t{64} << 20, threads},
        store(folder.path()),
        corpus(prepare_corpus(recipe, find_inputs(recipe), workplace, {}, silent)),
        report(count_corpus(corpus, store)) {}

  void write(const fs::path& to) {
    fs::create_directories(to);
    write_dataset(corpus, nullptr, workplace, to, report, silent);
  }
  std::vector<std::string> ids() {
    FinalRecords records(corpus.corpus, corpus.recipe, workplace, nullptr);
    std::vector<std::string> ids;
    for (std::uint32_t i = 0; i < corpus.placement.fate.size(); ++i) ids.push_back(records.id(i));
    return ids;
  }
};

PrepareRecipe recipe_for(const fs::path& path) {
  PrepareRecipe recipe = default_prepare_recipe(path, {});
  recipe.max_bad = 1;
  recipe.select.split.test = 0.2;
  return recipe;
}

TEST_CASE("counts per rule add up to the lines of a randomly corrupted file", "[data]") {
  for (const unsigned seed : {1U, 2U, 3U, 4U}) {
    const test::TemporaryDirectory scratch;
    const std::uint64_t lines = write_corrupted(scratch.path() / "raw.jsonl", 700, seed);
    const PrepareRecipe recipe = recipe_for(scratch.path() / "raw.jsonl");
    Prepared prepared(recipe, 2);
    PrepareReport& report = prepared.report;
    CHECK(report.read == lines);
    CHECK(report.kept + total(report.rejected) + total(report.dropped) == lines);
    CHECK(report.rejected["bad_json"] > 0);
    CHECK(report.rejected["invalid_utf8"] > 0);
    CHECK(report.rejected["not_an_object"] > 0);
    CHECK(report.rejected["wrong_type"] > 0);
    CHECK(report.rejected["missing_field"] > 0);
    CHECK(report.dropped["empty"] > 0);
    CHECK(report.dropped["exact_duplicate"] > 0);

    prepared.write(scratch.path() / "out");
    std::uint64_t kept = 0;
    for (const char* split : {"train.jsonl", "validation.jsonl", "test.jsonl"})
      kept += count_lines(scratch.path() / "out" / split);
    CHECK(kept == report.kept);
    CHECK(kept + count_lines(scratch.path() / "out" / "rejects.jsonl") == lines);
    CHECK(read_file(scratch.path() / "out" / "rejects.jsonl").find(" x@example.com") == std::string::npos);
  }
}

TEST_CASE("the folder is the same to the byte for any number of threads", "[data]") {
  const test::TemporaryDirectory scratch;
  write_corrupted(scratch.path() / "raw.jsonl", 2000, 9);
  const PrepareRecipe recipe = recipe_for(scratch.path() / "raw.jsonl");
  std::string manifests[2];
  for (const int threads : {1, 4}) {
    const fs::path folder = scratch.path() / std::to_string(threads);
    Prepared(recipe, threads).write(folder);
    manifests[threads == 4] = read_file(folder / "manifest.json");  // holds the hash of every other file
  }
  CHECK(manifests[0] == manifests[1]);
  CHECK(manifests[0].find("train.jsonl") != std::string::npos);
}

TEST_CASE("near duplicates never straddle a split, and records do not move when others come", "[data]") {
  const test::TemporaryDirectory scratch;
  std::mt19937 random(11);
  std::ofstream first(scratch.path() / "a.jsonl"), more(scratch.path() / "b.jsonl");
  for (int i = 0; i < 150; ++i) {
    std::string text;
    for (int j = 0; j < 30; ++j) text += "w" + std::to_string(random() % 3000) + " ";
    first << dump_json({{"id", "a" + std::to_string(i)}, {"text", text}}) << "\n";
    more << dump_json({{"id", "b" + std::to_string(i)}, {"text", text + "tail " + std::to_string(i)}}) << "\n";
  }
  first.close();
  more.close();
  PrepareRecipe recipe = recipe_for(scratch.path());
  recipe.inputs[0].id_field = "id";
  recipe.dedup.keep = Keep::kAll;
  recipe.dedup.minhash = {true, 3, 64, 3, 0.6};
  Prepared both(recipe, 1);
  const std::vector<std::string> ids = both.ids();
  REQUIRE(ids.size() == 300);
  std::map<std::string, Split> splits;
  std::set<Split> used;
  for (std::size_t i = 0; i < ids.size(); ++i) splits[ids[i]] = both.corpus.placement.split[i];
  for (int i = 0; i < 150; ++i) {
    CHECK(splits["a" + std::to_string(i)] == splits["b" + std::to_string(i)]);
    used.insert(splits["a" + std::to_string(i)]);
  }
  CHECK(used.size() == 3);
  fs::remove(scratch.path() / "b.jsonl");
  Prepared alone(recipe, 1);
  const std::vector<std::string> left = alone.ids();
  REQUIRE(left.size() == 150);
  for (std::size_t i = 0; i < left.size(); ++i) CHECK(alone.corpus.placement.split[i] == splits[left[i]]);
}

TEST_CASE("too many bad records, no record and no file are errors with the counts", "[data]") {
  const test::TemporaryDirectory scratch;
  const fs::path raw = scratch.path() / "raw.jsonl";
  std::ofstream(raw) << "{\"text\": \"fine words here\"}\nbroken\n";
  PrepareRecipe recipe = recipe_for(raw);
  recipe.max_bad = 0.4;
  CHECK_THROWS_WITH(Prepared(recipe, 1), "1 of 2 records cannot be read (1 bad_json), more than the 40% allowed");
  recipe.max_bad = 0.5;
  CHECK(Prepared(recipe, 1).report.read == 2);
  recipe.clean.min_words = 9;
  CHECK_THROWS_WITH(Prepared(recipe, 1), "no usable record in 2 read (1 bad_json, 1 too_short)");
  std::ofstream(raw, std::ios::trunc) << "\n\n";
  CHECK_THROWS_WITH(Prepared(recipe, 1), "no usable record in 0 read (the files hold none)");
  fs::create_directory(scratch.path() / "empty");
  CHECK_THROWS_AS(Prepared(recipe_for(scratch.path() / "empty"), 1), InputError);
  CHECK_THROWS_AS(Prepared(recipe_for(scratch.path() / "absent"), 1), NotFoundError);
}

TEST_CASE("any bytes in any format end in counts, never in a failure", "[data]") {
  const std::string alphabet("\0\n\r\t \"',{}[]:\\<>&;-#/=@+0123456789aeEx\xC3\xA9\xE2\x80\xFF\xF0", 44);
  std::mt19937 random(17);
  for (int round = 0; round < 150; ++round) {
    const test::TemporaryDirectory scratch;
    for (const char* name : {"a.jsonl", "b.csv", "c.tsv", "d.txt", "e.md"}) {
      std::ofstream file(scratch.path() / name, std::ios::binary);
      for (unsigned i = 0, size = random() % 600; i < size; ++i) file << alphabet[random() % alphabet.size()];
    }
    Progress silent;
    PrepareRecipe recipe = recipe_for(scratch.path());
    const test::TemporaryDirectory work;
    const Workplace workplace{work.path(), std::uint64_t{64} << 20, 1};
    const Corpus corpus = read_corpus(recipe, find_inputs(recipe), workplace, {}, silent);
    CHECK(corpus.total.records + total(corpus.total.rejected) + total(corpus.total.dropped) == corpus.read());
    CHECK(corpus.read() >= 2);  // the txt and the md file
    const StepStore store(work.path());
    for (const StoredUnit& unit : corpus.units) {
      for (const Item& item : open_stored_segment(store, unit).batch(unit.files).items) {
        if (item.record() != nullptr) CHECK(text::utf8_valid(item.record()->text));
      }
    }
  }
}

TEST_CASE("a disk that is full is an error that names the file", "[data]") {
  const test::TemporaryDirectory scratch;
  write_corrupted(scratch.path() / "raw.jsonl", 300, 5);
  const PrepareRecipe recipe = recipe_for(scratch.path() / "raw.jsonl");
  Prepared prepared(recipe, 1);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{4096, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  std::string message;
  try {
    prepared.write(scratch.path() / "out");
  } catch (const SystemError& error) {
    message = error.what();
  }
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  CHECK(message.find("train.jsonl") != std::string::npos);
  CHECK_FALSE(fs::exists(scratch.path() / "out" / "train.jsonl"));
}

TEST_CASE("ids that occur twice are told apart", "[data]") {
  const test::TemporaryDirectory scratch;
  std::ofstream(scratch.path() / "raw.csv")
      << "id,text\nx,first thing here\nx,another matter now\n,third one without id\n";
  PrepareRecipe recipe = recipe_for(scratch.path() / "raw.csv");
  recipe.inputs[0].id_field = "id";
  CHECK(Prepared(recipe, 1).ids() == std::vector<std::string>{"x", "x#2", "raw.csv:4"});
}

}  // namespace
}  // namespace llmops::data
