// The command: recipe, corpus, folder, registry.
#include "data/prepare.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>

#include "core/error.h"
#include "core/files.h"
#include "data/dedup/embedded_corpus.h"
#include "data/tables/hub_dataset.h"
#include "data/write/write_dataset.h"
#include "registry/datasets.h"
#include "registry/resolve.h"
#include "registry/run.h"

namespace llmops::data {

namespace {

void check_name(const std::string& name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  };
  if (!name.empty() && name[0] != '.' && std::all_of(name.begin(), name.end(), plain)) return;
  throw UsageError("'" + name + "' is not a name for a dataset",
                   "use letters, digits, '-', '_' and '.', or set --name");
}

// Where the data lies when neither the flag nor the recipe says: a name that only equal content shares.
fs::path output_folder(const PrepareOptions& options, const PrepareRecipe& recipe, const fs::path& home,
                       const std::string& key) {
  if (!options.output.empty()) return options.output;
  if (!recipe.output.path.empty()) return recipe.output.path;
  return home / "data" / recipe.name / key.substr(0, 12);
}

// The inputs' folders; file by file where one of them could not be read, since a folder's hash needs all of it.
void add_inputs(registry::Run& run, const PrepareOptions& options, const PrepareRecipe& recipe,
                const InputFiles& inputs, const Corpus& corpus, const fs::path& tokenizer) {
  const auto unread = [](const ReadFile& file) { return file.sha256.empty(); };
  if (std::none_of(corpus.files.begin(), corpus.files.end(), unread)) {
    for (const fs::path& root : inputs.roots) run.add_input(root, "raw_data", root.filename().string());
  } else {
    for (std::size_t i = 0; i < inputs.files.size(); ++i) {
      if (!unread(corpus.files[i])) run.add_input(inputs.files[i].path, "raw_data", inputs.files[i].name);
    }
  }
  if (is_recipe(options.source)) run.add_input(options.source, "recipe", options.source);
  if (!tokenizer.empty()) run.add_input(tokenizer, "model", recipe.pack.tokenizer);
}

std::unique_ptr<RecordEncoder> open_encoder(const PrepareRecipe& recipe, registry::Registry& registry,
                                            fs::path& tokenizer) {
  if (recipe.pack.tokenizer.empty() || !recipe.output.has("packed")) return nullptr;
  tokenizer = registry::resolve(registry, recipe.pack.tokenizer).path;
  return std::make_unique<RecordEncoder>(tokenizer);
}

// "500M", "2G", "1.5GiB": powers of 1024, as of memory.
std::uint64_t parse_memory(const std::string& text) {
  std::size_t used = 0;
  double value = 0;
  try {
    value = std::stod(text, &used);
  } catch (const std::exception&) {
    used = 0;  // not a number: said below
  }
  const std::string unit = used == 0 ? "" : text.substr(used);
  const std::size_t power = unit.empty() ? std::string::npos : std::string("KMGT").find(unit[0]);
  const bool known = used > 0 && power != std::string::npos && (unit.size() == 1 || unit.substr(1) == "iB");
  if (!known || !(value > 0) || value > 1e6) {
    throw UsageError("'" + text + "' is no amount of memory", "for example 500M or 2G");
  }
  return static_cast<std::uint64_t>(value * static_cast<double>(std::uint64_t{1} << (10 * (power + 1))));
}

Workplace workplace_of(const PrepareOptions& options, const fs::path& home) {
  Workplace workplace;
  workplace.folder = options.work.empty() ? home / "cache" / "prepare" : fs::path(options.work);
  workplace.memory = parse_memory(options.memory);
  workplace.threads = options.threads;
  constexpr std::uint64_t kLeastMemory = std::uint64_t{64} << 20;
  if (workplace.memory < kLeastMemory) {
    throw UsageError("'--memory " + options.memory + "' is too little", "give at least 64M");
  }
  return workplace;
}

// "2/8" or, from torchrun or a job array, "auto".
Shard parse_shard(const std::string& text) {
  Shard shard;
  std::string index = text.substr(0, text.find('/')), count;
  if (text.find('/') != std::string::npos) count = text.substr(text.find('/') + 1);
  if (text == "auto") {
    const auto variable = [](const char* first, const char* second) -> std::string {
      const char* value = std::getenv(first) != nullptr ? std::getenv(first) : std::getenv(second);
      return value == nullptr ? "" : value;
    };
    index = variable("RANK", "SLURM_ARRAY_TASK_ID");
    count = variable("WORLD_SIZE", "SLURM_ARRAY_TASK_COUNT");
  }
  const auto number = [](const std::string& digits, std::uint32_t& value) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc() && end == digits.data() + digits.size() && !digits.empty();
  };
  if (number(index, shard.index) && number(count, shard.count) && shard.index < shard.count) return shard;
  throw UsageError("'--shard " + text + "' names no part of the work",
                   "give I/N with I from 0 to N-1, or 'auto' under torchrun or a Slurm array that counts from 0");
}

// Data sets of a hub are brought here, and named by their commit from then on: the recipe that is recorded always means
// the same files.
PrepareRecipe with_remote_inputs(PrepareRecipe recipe, registry::Registry& registry, Progress& progress) {
  recipe.registry = registry.file();
  for (InputSpec& input : recipe.inputs) {
    if (!is_hub_dataset(input.path)) continue;
    const HubDataset dataset = fetch_hub_dataset(input.path, registry.home() / "cache" / "datasets", progress);
    if (input.name.empty()) input.name = input.path;
    input.path = dataset.uri;
    for (const HubDatasetFile& file : dataset.files) {
      input.fetched.emplace_back(file.path, "hf://datasets/" + parse_hub_dataset(dataset.uri).repository + "@" +
                                                dataset.commit + "/" + file.name);
    }
  }
  return recipe;
}

class PrepareRun {
 public:
  PrepareRun(const PrepareOptions& options, registry::Registry& registry, Progress& progress)
      : options_(options),
        registry_(registry),
        progress_(progress),
        recipe_(with_remote_inputs(load_prepare_recipe(options), registry, progress)),
        inputs_(find_inputs(recipe_)),
        workplace_(workplace_of(options, registry.home())),
        store_(workplace_.folder) {
    const std::string& model = recipe_.dedup.semantic.model;
    if (model.empty()) return;
    if (!options.open_embedder) throw UsageError("'dedup.semantic' needs an embedder, and none was given");
    embedder_ = options.open_embedder(model);
  }

  // One part of the steps that look at a record at a time. A whole run over the same folder of steps puts them
  // together.
  void run_shard() {
    const Corpus corpus = read_corpus(recipe_, inputs_, workplace_, parse_shard(options_.shard), progress_);
    check_rejected(corpus, recipe_, store_);
    if (embedder_.embed) EmbeddedCorpus(corpus, store_, embedder_, progress_);
    result.shard = options_.shard;
    result.report = count_read(corpus, recipe_.name);
    result.report.kept = corpus.total.records;
    count_units(corpus);
  }

  void dry_run() {
    const PreparedCorpus prepared = prepare_corpus(recipe_, inputs_, workplace_, embedder_, progress_);
    result.report = count_corpus(prepared, store_);
    count_units(prepared.corpus);
  }

  void run() {
    registry::RunStart started;
    started.command = "prepare";
    started.argv = options_.argv;
    started.config = recipe_.json();
    started.seed = recipe_.select.split.seed;
    registry::Run run(registry_, started);
    result.run_id = run.id();
    fs::path tokenizer;
    const auto encoder = open_encoder(recipe_, registry_, tokenizer);
    const PreparedCorpus prepared = prepare_corpus(recipe_, inputs_, workplace_, embedder_, progress_);
    count_units(prepared.corpus);
    add_inputs(run, options_, recipe_, inputs_, prepared.corpus, tokenizer);
    if (!embedder_.folder.empty()) run.add_input(embedder_.folder, "model", recipe_.dedup.semantic.model);
    result.report = count_corpus(prepared, store_);
    write_and_register(prepared, encoder.get(), run);
    run.log_metric("kept", static_cast<double>(result.report.kept));
    run.finish(result.json());
  }

  void clean_up() const {
    constexpr std::uint64_t kMostStored = std::uint64_t{20} << 30;
    store_.prune(options_.keep_steps ? kMostStored : 0);
  }

  PrepareResult result;

 private:
  void count_units(const Corpus& corpus) {
    result.units = corpus.units.size();
    for (const StoredUnit& unit : corpus.units) result.units_reused += unit.reused ? 1 : 0;
  }

  // Writes the folder, then registers it: a version never points at something unfinished.
  void write_and_register(const PreparedCorpus& prepared, const RecordEncoder* encoder, registry::Run& run) {
    const std::string key = dataset_key(prepared.corpus, recipe_, encoder, embedder_.key);
    const fs::path folder = fs::absolute(output_folder(options_, recipe_, registry_.home(), key));
    const bool named_by_content = options_.output.empty() && recipe_.output.path.empty();
    fs::create_directories(folder.parent_path());
    AtomicDirectory directory(folder, /*replace=*/named_by_content);
    write_dataset(prepared, encoder, workplace_, directory.path(), result.report, progress_);
    directory.commit();
    const registry::Artifact artifact = run.add_output(folder, "dataset", recipe_.name);
    const auto version = registry::register_dataset(registry_, recipe_.name, artifact, run.id(), result.report.json());
    result.version = version.version;
    result.dataset = fmt::format("data:/{}@{}", recipe_.name, version.version);
    result.path = folder;
  }

  const PrepareOptions& options_;
  registry::Registry& registry_;
  Progress& progress_;
  PrepareRecipe recipe_;
  InputFiles inputs_;
  Workplace workplace_;
  StepStore store_;
  TextEmbedder embedder_;  ///< none unless the recipe asks for it
};

}  // namespace

bool is_recipe(const fs::path& path) { return path.extension() == ".yaml" || path.extension() == ".yml"; }

PrepareRecipe load_prepare_recipe(const PrepareOptions& options) {
  const fs::path source(options.source);
  if (!fs::exists(source)) {
    throw NotFoundError("'" + options.source + "' is not there", "give a recipe (.yaml), or a folder of raw data");
  }
  PrepareRecipe recipe = is_recipe(source) ? read_prepare_recipe(source, options.overrides, options.filter_cmd)
                                           : default_prepare_recipe(source, options.overrides, options.filter_cmd);
  if (!options.name.empty()) recipe.name = options.name;
  if (recipe.name.empty()) recipe.name = source.stem().string();
  if (!options.max_bad.empty()) recipe.max_bad = parse_share(options.max_bad);
  check_name(recipe.name);
  return recipe;
}

PrepareResult run_prepare(const PrepareOptions& options, registry::Registry& registry, Progress& progress) {
  const auto start = std::chrono::steady_clock::now();
  PrepareRun run(options, registry, progress);
  if (!options.shard.empty()) {
    run.run_shard();
  } else if (options.dry_run) {
    run.dry_run();
  } else {
    run.run();
  }
  if (options.shard.empty()) run.clean_up();
  run.result.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return std::move(run.result);
}

}  // namespace llmops::data
