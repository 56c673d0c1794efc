// SentencePiece's compiled normalization rules.
#include "text/normalize/charsmap.h"

#include <fmt/format.h>

#include <cstring>

#include "core/error.h"

namespace llmops::text {
namespace {

// One unit of the double array: a label to check, an offset to the children, and whether a value is among them.
std::uint32_t offset_of(std::uint32_t unit) { return (unit >> 10) << ((unit & (1U << 9)) >> 6); }
std::uint32_t label_of(std::uint32_t unit) { return unit & ((1U << 31) | 0xFF); }
bool has_value(std::uint32_t unit) { return ((unit >> 8) & 1) != 0; }
std::uint32_t value_of(std::uint32_t unit) { return unit & ((1U << 31) - 1); }

}  // namespace

Charsmap::Charsmap(std::string_view blob, const std::string& origin) : origin_(origin) {
  if (blob.empty()) return;
  std::uint32_t size = 0;
  if (blob.size() < sizeof size) throw InputError(fmt::format("{}: precompiled_charsmap is cut short", origin));
  std::memcpy(&size, blob.data(), sizeof size);
  blob.remove_prefix(sizeof size);
  if (size == 0 || size % 4 != 0 || size >= blob.size()) {
    throw InputError(fmt::format("{}: precompiled_charsmap has a trie of {} bytes in {}", origin, size, blob.size()));
  }
  units_.resize(size / 4);
  std::memcpy(units_.data(), blob.data(), size);
  texts_ = blob.substr(size);
  if (texts_.back() != '\0') throw InputError(fmt::format("{}: precompiled_charsmap does not end with NUL", origin));
}

std::optional<Charsmap::Match> Charsmap::find(std::string_view text, bool longest) const {
  std::optional<Match> found;
  if (units_.empty()) return found;
  std::size_t node = offset_of(units_[0]);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    node ^= byte;
    if (byte == 0 || node >= units_.size() || label_of(units_[node]) != byte) break;
    const std::uint32_t unit = units_[node];
    node ^= offset_of(unit);
    if (!has_value(unit)) continue;
    if (node >= units_.size()) throw InputError(fmt::format("{}: precompiled_charsmap leads outside of it", origin_));
    found = match(i + 1, value_of(units_[node]));
    if (!longest) break;
  }
  return found;
}

Charsmap::Match Charsmap::match(std::size_t length, std::uint32_t value) const {
  if (value >= texts_.size()) {
    throw InputError(
        fmt::format("{}: precompiled_charsmap has a rule at {}, but {} bytes of texts", origin_, value, texts_.size()));
  }
  return {length, std::string_view(texts_.data() + value)};  // ends at a NUL, the last byte at the latest
}

}  // namespace llmops::text
