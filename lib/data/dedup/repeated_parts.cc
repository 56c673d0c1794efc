#include "data/dedup/repeated_parts.h"

#include <algorithm>
#include <tuple>

#include "core/cancel.h"
#include "data/clean/clean.h"
#include "data/dedup/shingles.h"
#include "data/store/external_sort.h"

namespace llmops::data {
namespace {

struct ByWords {
  Hash128 words;
  std::uint32_t record, part;
  bool operator<(const ByWords& other) const {
    return std::tie(words, record, part) < std::tie(other.words, other.record, other.part);
  }
};

}  // namespace

// Cleaned text has at most one empty line in a row, and it is what separates paragraphs.
std::vector<std::string_view> RepeatedParts::parts_of(std::string_view text) const {
  const std::string_view separator = lines_ ? "\n" : "\n\n";
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + separator.size();
  }
  return parts;
}

RepeatedParts::RepeatedParts(const Corpus& corpus, const DedupSpec& spec, const Workplace& workplace,
                             Placement& placement, Progress& progress)
    : lines_(spec.parts == "lines") {
  const StepStore store(workplace.folder);
  CorpusReader reader(corpus, store);
  ExternalSorter<ByWords> sorter(workplace.folder, workplace.memory / 4);
  std::vector<std::uint32_t> counts(placement.fate.size());  // parts a record has, blank ones aside
  progress.start("find repeated " + spec.parts, placement.fate.size(), "records");
  for (std::uint32_t record = 0; record < placement.fate.size(); ++record) {
    if (placement.fate[record] != Fate::kKept) continue;
    if (record % 1024 == 0) {
      throw_if_cancelled();
      progress.update(record);
    }
    const Record content = Record::from_json(parse_json(reader.json(record), "segment"));
    std::uint32_t part = 0;
    for (const std::string_view text : parts_of(content.text)) {
      counts[record] += text.empty() ? 0 : 1;
      if (count_words(text) >= static_cast<std::size_t>(spec.part_min_words)) {
        sorter.add({xxh3_128(normalized_words(text)), record, part});
      }
      ++part;
    }
  }
  ByWords first{};
  bool any = false;
  sorter.drain([&](const ByWords& entry) {
    if (any && entry.words == first.words) {
      removed_.push_back({entry.record, entry.part});
      if (--counts[entry.record] == 0) placement.fate[entry.record] = Fate::kPartless;
    } else {
      first = entry;
      any = true;
    }
  });
  std::sort(removed_.begin(), removed_.end());
  progress.finish();
}

bool RepeatedParts::any(std::uint32_t record) const {
  const auto found = std::lower_bound(removed_.begin(), removed_.end(), Removed{record, 0});
  return found != removed_.end() && found->record == record;
}

std::string RepeatedParts::without(std::uint32_t record, std::string_view text) const {
  auto next = std::lower_bound(removed_.begin(), removed_.end(), Removed{record, 0});
  const std::string_view separator = lines_ ? "\n" : "\n\n";
  std::string kept;
  std::uint32_t part = 0;
  bool first = true;
  for (const std::string_view piece : parts_of(text)) {
    const Removed here{record, part++};
    if (next != removed_.end() && *next == here) {
      ++next;
      continue;
    }
    if (!first) kept += separator;
    first = false;
    kept += piece;
  }
  const std::size_t end = kept.find_last_not_of("\n");
  kept.resize(end == std::string::npos ? 0 : end + 1);
  return kept.substr(std::min(kept.find_first_not_of('\n'), kept.size()));
}

}  // namespace llmops::data
