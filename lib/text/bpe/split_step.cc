// The two kinds of steps that word splitters are made of.
#include "text/bpe/split_step.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"

namespace llmops::text {
namespace {

struct Part {
  Range range;
  bool matched = false;
};

// The matches and what lies between them, in order and without gaps.
std::vector<Part> parts_of(std::size_t size, const std::vector<Range>& matches, bool invert) {
  std::vector<Part> parts;
  std::size_t at = 0;
  for (const Range& match : matches) {
    if (match.begin > at) parts.push_back({{at, match.begin}, invert});
    parts.push_back({match, !invert});
    at = match.end;
  }
  if (at < size) parts.push_back({{at, size}, invert});
  return parts;
}

void merge_forward(std::vector<Part>& parts, SplitBehavior behavior) {
  std::vector<Part> merged;
  bool previous = false;
  for (const Part& part : parts) {
    const bool join = !merged.empty() &&
                      (behavior == SplitBehavior::kContiguous ? part.matched == previous : part.matched && !previous);
    if (join) {
      merged.back().range.end = part.range.end;
    } else {
      merged.push_back(part);
    }
    previous = part.matched;
  }
  parts = std::move(merged);
}

void merge_backward(std::vector<Part>& parts) {
  std::vector<Part> merged;  // last part first
  bool next = false;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    if (!merged.empty() && part->matched && !next) {
      merged.back().range.begin = part->range.begin;
    } else {
      merged.push_back(*part);
    }
    next = part->matched;
  }
  std::reverse(merged.begin(), merged.end());
  parts = std::move(merged);
}

// Each match and each gap a word of its own.
void append_isolated(const std::vector<Range>& matches, const Range& word, std::vector<Word>& out) {
  std::size_t at = word.begin;
  for (const Range& match : matches) {
    const Range placed{word.begin + match.begin, word.begin + match.end};
    if (placed.begin > at) out.push_back({{at, placed.begin}, false});
    if (placed.size() > 0) out.push_back({placed, false});
    at = placed.end;
  }
  if (at < word.end) out.push_back({{at, word.end}, false});
}

// Source: Radford et al., 2019; the pattern published with GPT-2.
constexpr const char* kGpt2Pattern = R"('(?:s|t|re|ve|m|ll|d)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

}  // namespace

SplitBehavior parse_split_behavior(const std::string& name, const std::string& origin) {
  if (name == "Removed") return SplitBehavior::kRemoved;
  if (name == "Isolated") return SplitBehavior::kIsolated;
  if (name == "MergedWithPrevious") return SplitBehavior::kMergedWithPrevious;
  if (name == "MergedWithNext") return SplitBehavior::kMergedWithNext;
  if (name == "Contiguous") return SplitBehavior::kContiguous;
  throw InputError(fmt::format("{}: split behavior '{}' is not known", origin, name),
                   "one of Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous");
}

void PatternStep::split(std::string_view text, const Word& word, std::vector<Word>& out) const {
  thread_local std::vector<Range> matches;  // kept, because a step is called for each word of the step before
  matches.clear();
  pattern_.find_all(text.substr(word.range.begin, word.range.size()), matches, matches_empty_);
  if (matches.empty() && !invert_) {  // the usual case of a rule about digits
    out.push_back(word);
    return;
  }
  if (behavior_ == SplitBehavior::kIsolated) return append_isolated(matches, word.range, out);
  std::vector<Part> parts = parts_of(word.range.size(), matches, invert_);
  if (behavior_ == SplitBehavior::kRemoved) {
    std::erase_if(parts, [](const Part& part) { return part.matched; });
  } else if (behavior_ == SplitBehavior::kMergedWithNext) {
    merge_backward(parts);
  } else {
    merge_forward(parts, behavior_);
  }
  for (const Part& part : parts) {
    if (part.range.size() == 0) continue;
    out.push_back({{word.range.begin + part.range.begin, word.range.begin + part.range.end}, false});
  }
}

ByteLevelStep::ByteLevelStep(bool add_prefix_space, bool use_regex) : add_prefix_space_(add_prefix_space) {
  if (use_regex) pattern_.emplace(kGpt2Pattern, "GPT-2 pattern");
}

void ByteLevelStep::split(std::string_view text, const Word& word, std::vector<Word>& out) const {
  const std::string_view part = text.substr(word.range.begin, word.range.size());
  const bool add = add_prefix_space_ && !part.starts_with(' ');
  if (!pattern_) {
    out.push_back({word.range, add});
    return;
  }
  thread_local std::vector<Range> matches;
  matches.clear();
  if (!add) {
    pattern_->find_all(part, matches);
    // Bytes that are not UTF-8 match nothing; they are words of their own.
    return append_isolated(matches, word.range, out);
  }
  const std::string with_space = " " + std::string(part);
  pattern_->find_all(with_space, matches);
  for (const Part& piece : parts_of(with_space.size(), matches, false)) {
    const bool has_space = piece.range.begin == 0;
    const std::size_t begin = has_space ? 0 : piece.range.begin - 1;
    out.push_back({{word.range.begin + begin, word.range.begin + piece.range.end - 1}, has_space});
  }
}

}  // namespace llmops::text
