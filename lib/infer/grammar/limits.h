// What a grammar may cost. A grammar comes from whoever sends a request, so each limit is checked before the memory or
// the time it bounds is used, and ends in an error for that request alone.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/error.h"

namespace llmops::infer::grammar {

constexpr std::size_t kMaxSourceBytes = 256 << 10;   ///< of a schema, an expression or a grammar as it is written
constexpr std::size_t kMaxExpressions = 200'000;     ///< nodes of a grammar before it is compiled
constexpr std::size_t kMaxRules = 20'000;            ///< named ones, and those the front ends make
constexpr std::size_t kMaxNesting = 100;             ///< groups within groups, schemas within schemas
constexpr std::size_t kMaxMerges = 256;              ///< of schemas, for allOf and for what stands beside anyOf
constexpr std::size_t kMaxKeyBytes = 256;            ///< of a property beside additionalProperties
constexpr std::uint32_t kMaxRepeat = 65'536;         ///< m and n of x{m,n}
constexpr std::uint64_t kMaxNfaStates = 150'000;     ///< after repetitions are written out
constexpr std::uint64_t kMaxTableCells = 8'000'000;  ///< states times classes of bytes, 4 bytes each
constexpr std::uint64_t kMaxCompileSteps = 60'000'000;
constexpr std::uint32_t kMaxStackDepth = 1'000;  ///< rules within rules of a text
constexpr std::size_t kMaxPlaces = 512;          ///< ways to read the same text at once
constexpr std::size_t kMaxStackNodes = 65'536;   ///< of all those ways together
constexpr std::uint64_t kMaxMaskSteps = 10'000'000;
constexpr std::size_t kMaxTokenBytes = 1'024;        ///< longer tokens are never allowed
constexpr std::size_t kLocalCacheBytes = 24u << 20;  ///< a grammar: masks by state
constexpr std::size_t kWholeCacheBytes = 8u << 20;   ///< a grammar: masks by state and stack

/// Counts the work of one call, in lookups of about 10 ns, and ends it when there is too much.
struct StepCount {
  std::uint64_t limit = 0;
  const char* what = "";  ///< for the error: "a mask"
  std::uint64_t steps = 0;

  /// @throws InputError  over the limit
  void add(std::uint64_t n) {
    if ((steps += n) > limit) fail();
  }
  [[noreturn]] void fail() const;
};

}  // namespace llmops::infer::grammar
