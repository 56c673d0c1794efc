// Files to items: slices are cut one file after the other, then read on all threads.
#include "data/corpus.h"

#include <list>
#include <mutex>
#include <numeric>
#include <unordered_map>

#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "data/clean/clean.h"
#include "data/parallel.h"
#include "data/read/mapping.h"

namespace llmops::data {

namespace {

// Files are read in batches, so that many small ones keep all threads busy and no more than this is mapped at a time.
constexpr std::uint64_t kBatchBytes = std::uint64_t{256} << 20;
constexpr std::size_t kBatchFiles = 4096;

struct OpenFile {
  std::uint32_t index = 0;  ///< into the corpus's files
  MappedFile map;
  std::vector<Slice> slices;
  std::vector<std::string> header;  ///< of a CSV file
};

struct Task {
  const OpenFile* file;
  const Slice* slice;
};

bool has_header(Format format) { return format == Format::kCsv || format == Format::kTsv; }

// Takes the header off the slices. A header that cannot be read leaves no columns, and so rejects every row.
void take_header(OpenFile& file, Format format) {
  if (!has_header(format) || file.slices.empty()) return;
  if (file.slices.front().broken.empty()) {
    file.header = split_csv_row(file.slices.front().text, format == Format::kCsv ? ',' : '\t');
  }
  file.slices.erase(file.slices.begin());
}

class Reader {
 public:
  Reader(const PrepareRecipe& recipe, const InputFiles& inputs, Corpus& corpus)
      : recipe_(recipe), inputs_(inputs), corpus_(corpus) {
    for (const InputSpec& input : recipe.inputs) mappings_.emplace_back(input);
  }

  // Opens files from `first` on until the batch is full, and reads them. @returns the first file of the next batch
  std::uint32_t read_batch(std::uint32_t first, int threads) {
    std::list<OpenFile> batch;
    std::uint64_t bytes = 0;
    std::uint32_t index = first;
    for (; index < inputs_.files.size() && bytes < kBatchBytes && index - first < kBatchFiles; ++index) {
      bytes += open_file(index, batch);
    }
    read_slices(batch, threads);
    return index;
  }

 private:
  // Adds the file to the batch; one that cannot be read becomes a rejected item. @returns its bytes
  std::uint64_t open_file(std::uint32_t index, std::list<OpenFile>& batch) {
    const InputFile& input = inputs_.files[index];
    corpus_.files.push_back({input.name, 0, ""});
    try {
      OpenFile file{index, MappedFile(input.path), {}, {}};
      corpus_.files.back() = {input.name, file.map.text().size(), sha256_hex(file.map.text())};
      file.slices = slice_file(file.map.text(), input.format, recipe_.inputs[input.input].records);
      take_header(file, input.format);
      batch.push_back(std::move(file));
    } catch (const SystemError& error) {
      unreadable_.emplace_back(index, error.what());
    } catch (const NotFoundError& error) {  // gone since it was listed
      unreadable_.emplace_back(index, error.what());
    }
    return corpus_.files.back().bytes;
  }

  void read_slices(const std::list<OpenFile>& batch, int threads) {
    std::vector<Task> tasks;
    for (const OpenFile& file : batch) {
      for (const Slice& slice : file.slices) tasks.push_back({&file, &slice});
    }
    const std::size_t base = corpus_.items.size();
    corpus_.items.resize(base + tasks.size());
    parallel_for(tasks.size(), threads, [&](std::size_t begin, std::size_t end) {
      Counts redacted;
      for (std::size_t i = begin; i < end; ++i) {
        const auto& [file, slice] = tasks[i];
        corpus_.items[base + i] = {{file->index, slice->line}, read_slice(*file, *slice, redacted)};
      }
      const std::lock_guard lock(mutex_);
      for (const auto& [type, count] : redacted) corpus_.redacted[type] += count;
    });
    for (auto& [index, reason] : unreadable_) {
      corpus_.items.push_back({{index, 0}, shown(rejected("unreadable_file", reason))});
    }
    unreadable_.clear();
  }

  std::variant<Record, Loss> read_slice(const OpenFile& file, const Slice& slice, Counts& redacted) const {
    const InputFile& input = inputs_.files[file.index];
    std::variant<Json, Loss> row = read_row(slice, input.format, file.header);
    if (auto* loss = std::get_if<Loss>(&row)) return shown(std::move(*loss));
    Counts here;
    const FieldFilter filter = [&](const std::string& text) { return redact(clean_text(text, recipe_.clean), here); };
    const std::string place = input.name + ":" + std::to_string(slice.line);
    std::variant<Record, Loss> outcome = mappings_[input.input].map(std::get<Json>(std::move(row)), place, filter);
    if (auto* loss = std::get_if<Loss>(&outcome)) return shown(std::move(*loss));
    const Record& record = std::get<Record>(outcome);
    const std::string rule = recipe_.pii.action == PiiSpec::Action::kDrop && !here.empty()
                                 ? "pii"
                                 : broken_length_rule(record, recipe_.clean);
    if (!rule.empty()) {
      Loss loss = dropped(rule, record.prompt_text());
      loss.id = record.id;
      return shown(std::move(loss));
    }
    for (const auto& [type, count] : here) redacted[type] += count;
    return outcome;
  }

  std::string redact(const std::string& text, Counts& counts) const {
    return recipe_.pii.action == PiiSpec::Action::kKeep ? text : redact_pii(text, recipe_.pii.types, counts);
  }

  // A lost record is shown in rejects.jsonl: what would have been redacted in it is, before it is cut.
  Loss shown(Loss loss) const {
    Counts ignored;
    loss.value = cut_text(redact(loss.value, ignored), kShownBytes);
    return loss;
  }

  const PrepareRecipe& recipe_;
  const InputFiles& inputs_;
  Corpus& corpus_;
  std::vector<Mapping> mappings_;
  std::vector<std::pair<std::uint32_t, std::string>> unreadable_;  ///< of the batch: file and reason
  std::mutex mutex_;
};

// Two records may carry one id (the same export read twice, say); later ones get "#2", "#3".
void make_ids_unique(std::vector<Item>& items) {
  std::unordered_map<std::string, int> seen;
  for (Item& item : items) {
    auto* record = std::get_if<Record>(&item.outcome);
    if (record == nullptr) continue;
    const std::string id = record->id;
    while (++seen[record->id] > 1) record->id = id + "#" + std::to_string(seen[id]);
  }
}

}  // namespace

std::uint64_t Corpus::bytes_in() const {
  return std::accumulate(files.begin(), files.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const ReadFile& file) { return sum + file.bytes; });
}

Corpus read_corpus(const PrepareRecipe& recipe, const InputFiles& inputs, int threads, Progress& progress) {
  Corpus corpus;
  corpus.skipped = inputs.skipped;
  Reader reader(recipe, inputs, corpus);
  progress.start("read", inputs.files.size(), "files");
  for (std::uint32_t next = 0; next < inputs.files.size();) {
    next = reader.read_batch(next, threads);
    progress.update(next);
  }
  progress.finish();
  make_ids_unique(corpus.items);
  for (std::size_t i = 0; i < corpus.items.size(); ++i) corpus.items[i].cluster = i;
  return corpus;
}

}  // namespace llmops::data
