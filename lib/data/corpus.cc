// Files to items: slices are cut one file after the other, then read on all threads.
#include "data/corpus.h"

#include <mutex>
#include <numeric>
#include <unordered_map>

#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "data/clean.h"
#include "data/mapping.h"
#include "data/parallel.h"

namespace llmops::data {

namespace {

struct OpenFile {
  MappedFile map;
  std::vector<Slice> slices;
  std::vector<std::string> header;  ///< of a CSV file
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

  void read_file(std::uint32_t index, int threads) {
    const InputFile& input = inputs_.files[index];
    corpus_.files.push_back({input.name, 0, ""});
    try {
      OpenFile file{MappedFile(input.path), {}, {}};
      corpus_.files.back() = {input.name, file.map.text().size(), sha256_hex(file.map.text())};
      file.slices = slice_file(file.map.text(), input.format, recipe_.inputs[input.input].records);
      take_header(file, input.format);
      read_slices(index, file, threads);
    } catch (const SystemError& error) {
      corpus_.items.push_back({{index, 0}, rejected("unreadable_file", error.what())});
    } catch (const NotFoundError& error) {  // gone since it was listed
      corpus_.items.push_back({{index, 0}, rejected("unreadable_file", error.what())});
    }
  }

 private:
  void read_slices(std::uint32_t index, const OpenFile& file, int threads) {
    const std::size_t base = corpus_.items.size();
    corpus_.items.resize(base + file.slices.size());
    parallel_for(file.slices.size(), threads, [&](std::size_t begin, std::size_t end) {
      Counts redacted;
      for (std::size_t i = begin; i < end; ++i) {
        corpus_.items[base + i] = {{index, file.slices[i].line}, read_slice(index, file, file.slices[i], redacted)};
      }
      const std::lock_guard lock(mutex_);
      for (const auto& [type, count] : redacted) corpus_.redacted[type] += count;
    });
  }

  std::variant<Record, Loss> read_slice(std::uint32_t index, const OpenFile& file, const Slice& slice,
                                        Counts& redacted) const {
    const InputFile& input = inputs_.files[index];
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
  for (std::uint32_t i = 0; i < inputs.files.size(); ++i) {
    reader.read_file(i, threads);
    progress.update(i + 1);
  }
  progress.finish();
  make_ids_unique(corpus.items);
  for (std::size_t i = 0; i < corpus.items.size(); ++i) corpus.items[i].cluster = i;
  return corpus;
}

}  // namespace llmops::data
