// Stored steps: a second run reuses them, a killed one goes on, shards put together equal one run.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <random>
#include <thread>

#include "core/error.h"
#include "core/files.h"
#include "support/catch.h"
#include "support/prepared_texts.h"

namespace llmops::data {
namespace {

constexpr const char* kFiles[] = {"manifest.json", "train.jsonl", "rejects.jsonl", "clusters.jsonl", "report.json"};

struct Raw {
  test::TemporaryDirectory folder;
  PrepareRecipe recipe;

  // One file of `megabytes`, so that it is several units, and two small ones.
  explicit Raw(int megabytes) {
    std::mt19937 random(7);
    fs::create_directory(folder.path() / "raw");
    for (const auto& [name, bytes] : {std::pair{"big.jsonl", megabytes << 20}, {"a.jsonl", 2000}, {"b.txt", 0}}) {
      std::ofstream file(folder.path() / "raw" / name);
      std::vector<std::string> lines;
      for (int written = 0; written < bytes;) {
        std::string text;
        for (int i = 0; i < 200; ++i) text += "w" + std::to_string(random() % 3000) + " ";
        if (!lines.empty() && random() % 5 == 0) text = lines[random() % lines.size()];
        lines.push_back(text);
        const std::string line = random() % 50 == 0 ? "{broken" : dump_json({{"text", text}});
        file << line << "\n";
        written += static_cast<int>(line.size());
      }
      if (bytes == 0) file << "a text of its own";
    }
    recipe = default_prepare_recipe(folder.path() / "raw", {});
    recipe.pii.types = {};  // other tests look at these; under sanitizers they are most of the time
    recipe.dedup.minhash = {true, 5, 8, 4, 0.7};
  }

  Workplace workplace(const char* name) const { return {folder.path() / name, std::uint64_t{64} << 20, 2}; }

  // The dataset's files, one after the other.
  std::string prepare(const Workplace& workplace, std::uint64_t* reused = nullptr) const {
    Progress silent;
    const PreparedCorpus prepared = prepare_corpus(recipe, find_inputs(recipe), workplace, {}, silent);
    if (reused != nullptr) {
      *reused = 0;
      for (const StoredUnit& unit : prepared.corpus.units) *reused += unit.reused ? 1 : 0;
    }
    PrepareReport report = count_corpus(prepared, StepStore(workplace.folder));
    const test::TemporaryDirectory out;
    write_dataset(prepared, nullptr, workplace, out.path(), report, silent);
    std::string all;
    for (const char* name : kFiles) all += read_file(out.path() / name);
    return all;
  }
};

std::vector<fs::path> stored_files(const fs::path& folder) { return list_files(folder); }

TEST_CASE("a second run reuses what is stored, and a damaged step is made anew", "[data]") {
  const Raw raw(5);
  std::uint64_t reused = 99;
  const std::string first = raw.prepare(raw.workplace("steps"), &reused);
  CHECK(reused == 0);
  CHECK(raw.prepare(raw.workplace("steps"), &reused) == first);
  CHECK(reused >= 2);
  const auto files = stored_files(raw.workplace("steps").folder);
  REQUIRE(files.size() >= 4);
  for (std::size_t i = 0; i < files.size(); ++i) {  // cut short, one byte changed, empty
    std::string bytes = read_file(files[i]);
    if (i % 3 == 0) bytes.resize(bytes.size() / 2);
    if (i % 3 == 1) bytes[bytes.size() - 3] = static_cast<char>(bytes[bytes.size() - 3] ^ 1);
    if (i % 3 == 2) bytes.clear();
    write_file_atomic(files[i], bytes);
  }
  CHECK(raw.prepare(raw.workplace("steps")) == first);
}

TEST_CASE("another recipe with the same record steps reuses them", "[data]") {
  Raw raw(5);
  std::uint64_t reused = 0;
  raw.prepare(raw.workplace("steps"));
  raw.recipe.dedup.minhash.jaccard = 0.9;
  raw.recipe.select.split.test = 0.3;
  raw.prepare(raw.workplace("steps"), &reused);
  CHECK(reused >= 2);
  raw.recipe.clean.min_words = 3;
  raw.prepare(raw.workplace("steps"), &reused);
  CHECK(reused == 0);
}

TEST_CASE("shards stored apart and copied together are one run", "[data]") {
  const Raw raw(5);
  const std::string whole = raw.prepare(raw.workplace("whole"));
  Progress silent;
  for (std::uint32_t i = 0; i < 2; ++i) {
    const Workplace own = raw.workplace(("shard" + std::to_string(i)).c_str());
    const Corpus part = read_corpus(raw.recipe, find_inputs(raw.recipe), own, {i, 2}, silent);
    CHECK(part.total.records > 0);
    fs::copy(own.folder, raw.workplace("merged").folder, fs::copy_options::recursive | fs::copy_options::skip_existing);
  }
  std::uint64_t reused = 0;
  CHECK(raw.prepare(raw.workplace("merged"), &reused) == whole);
  CHECK(reused >= 2);
}

TEST_CASE("a run that is killed goes on inside the file, with the same bytes", "[data]") {
  const Raw raw(5);
  const std::string whole = raw.prepare(raw.workplace("whole"));
  const Workplace workplace = raw.workplace("killed");
  int killed = 0;
  for (int delay_ms = 20; killed < 2 && delay_ms < 30000; delay_ms += delay_ms / 2) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      raw.prepare(workplace);
      ::_exit(0);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(delay_ms));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    const bool some_stored = fs::exists(workplace.folder) && stored_files(workplace.folder).size() >= 2;
    killed += WIFSIGNALED(status) && some_stored;
    if (!WIFSIGNALED(status)) break;
  }
  std::uint64_t reused = 0;
  CHECK(raw.prepare(workplace, &reused) == whole);
  CHECK(reused > 0);
}

TEST_CASE("a disk that is full is an error, and what was stored before it stays good", "[data]") {
  const Raw raw(5);
  const std::string whole = raw.prepare(raw.workplace("whole"));
  const Workplace workplace = raw.workplace("full");
  constexpr int kRefused = 3;
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);  // writes fail then, as they do on a full disk
    const rlimit most{2 << 20, 2 << 20};
    if (::setrlimit(RLIMIT_FSIZE, &most) != 0) ::_exit(1);
    try {
      raw.prepare(workplace);
    } catch (const SystemError&) {
      ::_exit(kRefused);
    }
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == kRefused);
  for (const fs::path& file : stored_files(workplace.folder)) CHECK(file.extension() != ".tmp");
  CHECK(raw.prepare(workplace) == whole);
}

}  // namespace
}  // namespace llmops::data
