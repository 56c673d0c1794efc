// Sets of Unicode characters as ranges, and how UTF-8 spells them.
#pragma once

#include <cstdint>
#include <vector>

namespace llmops::infer::grammar {

/// Both ends included.
struct CodePointRange {
  char32_t first = 0;
  char32_t last = 0;
  bool operator==(const CodePointRange&) const = default;
};

constexpr char32_t kLastCodePoint = 0x10FFFF;

/// A value. Surrogates, which no valid text holds, are never in it.
class CodePointSet {
 public:
  CodePointSet() = default;
  /// In any order, overlapping or not; parts beyond Unicode are left out.
  explicit CodePointSet(std::vector<CodePointRange> ranges);
  static CodePointSet all();

  CodePointSet negated() const;
  CodePointSet with(const CodePointSet& other) const;
  CodePointSet without(const CodePointSet& other) const;
  bool contains(char32_t c) const;
  bool empty() const { return ranges_.empty(); }
  /// Ascending, with a gap between any two.
  const std::vector<CodePointRange>& ranges() const { return ranges_; }

 private:
  std::vector<CodePointRange> ranges_;
};

struct ByteRange {
  std::uint8_t first = 0;
  std::uint8_t last = 0;
};

/// Texts of 1 to 4 bytes: one byte of each range.
struct Utf8Sequence {
  int length = 0;
  ByteRange bytes[4];
};

/// The sequences that together spell exactly the characters of the set, none twice.
std::vector<Utf8Sequence> utf8_sequences(const CodePointSet& set);

}  // namespace llmops::infer::grammar
