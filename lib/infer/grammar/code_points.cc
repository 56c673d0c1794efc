// Sets of Unicode characters as ranges, and how UTF-8 spells them.
#include "infer/grammar/code_points.h"

#include <algorithm>
#include <string>

#include "text/utf8.h"

namespace llmops::infer::grammar {
namespace {

constexpr char32_t kFirstSurrogate = 0xD800;
constexpr char32_t kLastSurrogate = 0xDFFF;

void append_without_surrogates(CodePointRange range, std::vector<CodePointRange>& out) {
  range.last = std::min(range.last, kLastCodePoint);
  if (range.first < kFirstSurrogate) out.push_back({range.first, std::min<char32_t>(range.last, kFirstSurrogate - 1)});
  if (range.last > kLastSurrogate) out.push_back({std::max<char32_t>(range.first, kLastSurrogate + 1), range.last});
}

// Cuts a range, whose ends are spelled in equally many bytes, until all combinations of the bytes are in it.
void append_sequences(char32_t first, char32_t last, std::vector<Utf8Sequence>& out) {
  std::string low, high;
  text::append_utf8(low, first);
  text::append_utf8(high, last);
  const int length = static_cast<int>(low.size());
  for (int tail = 1; tail < length; ++tail) {  // bytes behind the place where the ends may differ
    const char32_t mask = (char32_t{1} << (6 * tail)) - 1;
    if ((first & ~mask) == (last & ~mask)) break;  // only the tail differs
    if ((first & mask) != 0) {
      append_sequences(first, first | mask, out);
      return append_sequences((first | mask) + 1, last, out);
    }
    if ((last & mask) != mask) {
      append_sequences(first, (last & ~mask) - 1, out);
      return append_sequences(last & ~mask, last, out);
    }
  }
  Utf8Sequence sequence{length, {}};
  for (int i = 0; i < length; ++i) {
    sequence.bytes[i] = {static_cast<std::uint8_t>(low[i]), static_cast<std::uint8_t>(high[i])};
  }
  out.push_back(sequence);
}

}  // namespace

CodePointSet::CodePointSet(std::vector<CodePointRange> ranges) {
  std::vector<CodePointRange> sorted;
  for (const CodePointRange& range : ranges) {
    if (range.first <= range.last) append_without_surrogates(range, sorted);
  }
  std::erase_if(sorted, [](const CodePointRange& range) { return range.first > range.last; });
  std::ranges::sort(sorted, {}, &CodePointRange::first);
  for (const CodePointRange& range : sorted) {
    const bool joins = !ranges_.empty() && range.first <= ranges_.back().last + 1;
    if (joins) {
      ranges_.back().last = std::max(ranges_.back().last, range.last);
    } else {
      ranges_.push_back(range);
    }
  }
}

CodePointSet CodePointSet::all() { return CodePointSet({{0, kLastCodePoint}}); }

CodePointSet CodePointSet::negated() const {
  std::vector<CodePointRange> gaps;
  char32_t next = 0;
  for (const CodePointRange& range : ranges_) {
    if (range.first > next) gaps.push_back({next, range.first - 1});
    next = range.last + 1;
  }
  if (next <= kLastCodePoint) gaps.push_back({next, kLastCodePoint});
  return CodePointSet(std::move(gaps));
}

CodePointSet CodePointSet::with(const CodePointSet& other) const {
  std::vector<CodePointRange> both = ranges_;
  both.insert(both.end(), other.ranges_.begin(), other.ranges_.end());
  return CodePointSet(std::move(both));
}

CodePointSet CodePointSet::without(const CodePointSet& other) const { return negated().with(other).negated(); }

bool CodePointSet::contains(char32_t c) const {
  const auto behind = std::ranges::upper_bound(ranges_, c, {}, &CodePointRange::first);
  return behind != ranges_.begin() && c <= std::prev(behind)->last;
}

std::vector<Utf8Sequence> utf8_sequences(const CodePointSet& set) {
  static constexpr CodePointRange kLengths[] = {{0, 0x7F}, {0x80, 0x7FF}, {0x800, 0xFFFF}, {0x10000, kLastCodePoint}};
  std::vector<Utf8Sequence> sequences;
  for (const CodePointRange& range : set.ranges()) {
    for (const CodePointRange& length : kLengths) {
      const char32_t first = std::max(range.first, length.first);
      const char32_t last = std::min(range.last, length.last);
      if (first <= last) append_sequences(first, last, sequences);
    }
  }
  return sequences;
}

}  // namespace llmops::infer::grammar
