#include "data/explore/dataset_diff.h"

#include <algorithm>
#include <array>
#include <memory>

#include "core/hash.h"
#include "data/explore/record_index.h"
#include "data/explore/record_view.h"
#include "data/explore/reservoir.h"
#include "data/explore/scan_dataset.h"
#include "data/explore/scan_words.h"
#include "data/explore/shown_text.h"
#include "data/explore/stats_shard.h"
#include "data/record.h"
#include "text/utf8.h"

namespace llmops::data::explore {
namespace {

constexpr std::size_t kVocabulary = std::size_t{1} << 17, kShownTextBytes = 200, kBeforeDifference = 60;

// One accumulator of a side.
class SideShard {
 public:
  explicit SideShard(std::size_t files) : words_(kVocabulary), files_(files) {}

  void add(std::size_t file, const LineBlock& block) {
    for_each_line(block, [&](std::string_view line, std::uint64_t, std::uint64_t offset) {
      reader_.read(line) ? add_record(file, offset) : void(++side_.bad_lines);
    });
  }

  void merge(const SideShard& other) {
    side_.words.merge(other.side_.words);
    side_.languages.merge(other.side_.languages);
    side_.sources.merge(other.side_.sources);
    side_.bad_lines += other.side_.bad_lines;
    words_.merge(other.words_);
    for (std::size_t i = 0; i < files_.size(); ++i) files_[i].add(other.files_[i]);
    keys_.insert(keys_.end(), other.keys_.begin(), other.keys_.end());
  }

  DiffSide take_side(const DatasetFiles& files) {
    side_.name = files.root.string();
    for (std::size_t i = 0; i < files_.size(); ++i) {
      side_.total.add(files_[i]);
      if (!files.files[i].split.empty()) side_.splits.emplace_back(files.files[i].split, files_[i]);
    }
    return std::move(side_);
  }
  std::vector<RecordKey> take_keys() { return std::move(keys_); }
  const WordCounts& words() const { return words_; }

 private:
  void add_record(std::size_t file, std::uint64_t offset) {
    const RecordView& record = reader_.view();
    Sizes sizes{1};
    for (const TextPart& part : record.parts) {
      sizes.bytes += part.text.size();
      sizes.characters += text::utf8_length(part.text);
      WordScanner scanner(part.text);
      for (auto token = scanner.next(); token != WordScanner::Token::kEnd; token = scanner.next()) {
        if (token == WordScanner::Token::kSentenceEnd) continue;
        words_.add(scanner.word(), word_hash(scanner.word()), 1);
        ++sizes.words;
      }
    }
    side_.words.add(sizes.words);
    side_.languages.add(record, sizes);
    side_.sources.add(record, sizes);
    files_[file].add(sizes);
    RecordKey key{record.id.empty() ? 0 : xxh3_64(record.id) | 1, content_hash(record)};
    key.file = file & 0xFF;
    key.offset = offset;
    keys_.push_back(key);
  }

  RecordReader reader_;
  DiffSide side_;
  WordCounts words_;
  std::vector<Sizes> files_;
  std::vector<RecordKey> keys_;
};

std::unique_ptr<SideShard> read_side(const DatasetFiles& files, int threads, Progress& progress) {
  std::array<std::unique_ptr<SideShard>, kShards> shards;
  for (auto& shard : shards) shard = std::make_unique<SideShard>(files.files.size());
  scan_dataset(files, threads, progress,
               {[&](std::size_t shard, std::size_t file, const LineBlock& block) { shards[shard]->add(file, block); },
                [] { return true; }});
  for (std::size_t i = 1; i < kShards; ++i) {
    shards[0]->merge(*shards[i]);
    shards[i].reset();
  }
  return std::move(shards[0]);
}

struct Told {
  std::string id, text;
};

Told tell(const DatasetFiles& files, const RecordKey& key) {
  const std::string line = read_line_at(files.files[key.file].path, key.offset);
  RecordReader reader;
  reader.read(line);
  return {std::string(reader.view().id), reader.view().text()};
}

std::string beginning(const std::string& text) { return std::string(cut_text(text, kShownTextBytes)); }

// From a little before the first difference on.
std::string from_difference(const std::string& text, const std::string& other) {
  const auto at = static_cast<std::size_t>(std::mismatch(text.begin(), text.end(), other.begin(), other.end()).first -
                                           text.begin());
  if (at <= kBeforeDifference) return beginning(text);
  return "..." + beginning(std::string(text_tail(text, text.size() - at + kBeforeDifference)));
}

template <typename Item>
std::vector<Item> draw(const std::vector<Item>& items, const DiffSpec& spec) {
  Reservoir<Item> sample(spec.examples, spec.seed);
  for (const Item& item : items) sample.offer([&] { return item; });
  return sample.take();
}

void take_examples(const DatasetFiles& before, const DatasetFiles& after, const RecordChanges& changes,
                   const DiffSpec& spec, DatasetDiff& diff) {
  for (const RecordPair& pair : draw(changes.changed, spec)) {
    const Told old = tell(before, pair.before), now = tell(after, pair.after);
    diff.changed_examples.push_back({now.id, after.files[pair.after.file].split, from_difference(old.text, now.text),
                                     from_difference(now.text, old.text)});
  }
  for (const RecordKey& key : draw(changes.added, spec)) {
    const Told now = tell(after, key);
    diff.added_examples.push_back({now.id, after.files[key.file].split, "", beginning(now.text)});
  }
  for (const RecordKey& key : draw(changes.removed, spec)) {
    const Told old = tell(before, key);
    diff.removed_examples.push_back({old.id, before.files[key.file].split, beginning(old.text), ""});
  }
}

}  // namespace

DatasetDiff compare_datasets(const DatasetFiles& before, const DatasetFiles& after, const DiffSpec& spec,
                             Progress& progress) {
  const auto first = read_side(before, spec.threads, progress), second = read_side(after, spec.threads, progress);
  DatasetDiff diff;
  diff.words = vocabulary_shift(first->words(), second->words(), spec.words);
  std::vector<std::vector<bool>> moved(before.files.size(), std::vector<bool>(after.files.size()));
  for (std::size_t a = 0; a < before.files.size(); ++a) {
    for (std::size_t b = 0; b < after.files.size(); ++b) {
      const std::string &from = before.files[a].split, &to = after.files[b].split;
      moved[a][b] = !from.empty() && !to.empty() && from != to;  // a file on its own is no split
    }
  }
  const RecordChanges changes = compare_records(first->take_keys(), second->take_keys(), moved);
  diff.before = first->take_side(before);
  diff.after = second->take_side(after);
  diff.same = changes.same;
  diff.renamed = changes.renamed;
  diff.changed = changes.changed.size();
  diff.added = changes.added.size();
  diff.removed = changes.removed.size();
  for (const RecordPair& pair : changes.moved)
    ++diff.moves[{before.files[pair.before.file].split, after.files[pair.after.file].split}];
  for (const RecordPair& pair : changes.changed) {
    if (moved[pair.before.file][pair.after.file])
      ++diff.moves[{before.files[pair.before.file].split, after.files[pair.after.file].split}];
  }
  take_examples(before, after, changes, spec, diff);
  return diff;
}

}  // namespace llmops::data::explore
