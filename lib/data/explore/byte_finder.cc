#include "data/explore/byte_finder.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace llmops::data::explore {
namespace {

using Lanes = unsigned char __attribute__((vector_size(16)));
using Halves = std::uint64_t __attribute__((vector_size(16)));

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

// How common a byte is in JSON lines of English text: a higher rank is rarer.
std::size_t rarity(char c) {
  constexpr std::string_view kCommon = " etaoinsrhldcumfpgwyb,.vk\"\\nTASI";
  return std::min(kCommon.find(c), kCommon.size());
}

Lanes load(const char* bytes) {
  Lanes lanes;
  std::memcpy(&lanes, bytes, sizeof(lanes));
  return lanes;
}

}  // namespace

ByteFinder::ByteFinder(std::string_view needle, bool ignore_case) : needle_(needle), ignore_case_(ignore_case) {
  if (ignore_case) std::transform(needle_.begin(), needle_.end(), needle_.begin(), lower);
  const auto probe = [&](std::size_t at) {
    const bool folds = ignore_case && is_letter(needle_[at]);
    return Probe{at, static_cast<unsigned char>(folds ? 0x20 : 0), static_cast<unsigned char>(needle_[at])};
  };
  std::size_t rarest = 0;
  for (std::size_t i = 1; i < needle_.size(); ++i) {
    if (rarity(needle_[i]) > rarity(needle_[rarest])) rarest = i;
  }
  std::size_t next = rarest == 0 ? needle_.size() - 1 : 0;
  for (std::size_t i = 0; i < needle_.size(); ++i) {
    if (i != rarest && rarity(needle_[i]) > rarity(needle_[next])) next = i;
  }
  first_ = probe(rarest);
  second_ = probe(next);
}

bool ByteFinder::matches(const char* place) const {
  if (!ignore_case_) return std::memcmp(place, needle_.data(), needle_.size()) == 0;
  return std::equal(needle_.begin(), needle_.end(), place, [](char a, char b) { return a == lower(b); });
}

std::size_t ByteFinder::find(std::string_view text, std::size_t from) const {
  if (text.size() < needle_.size()) return std::string_view::npos;
  const std::size_t end = text.size() - needle_.size() + 1;  // of the places where it can begin
  std::size_t at = from;
  const Lanes byte_1 = Lanes{} + first_.byte, byte_2 = Lanes{} + second_.byte;
  const Lanes fold_1 = Lanes{} + first_.fold, fold_2 = Lanes{} + second_.fold;
  for (; at + sizeof(Lanes) <= end; at += sizeof(Lanes)) {
    const Lanes lanes_1 = load(text.data() + at + first_.at) | fold_1;
    const Lanes lanes_2 = load(text.data() + at + second_.at) | fold_2;
    const auto both = reinterpret_cast<Lanes>((lanes_1 == byte_1) & (lanes_2 == byte_2));
    const auto halves = reinterpret_cast<Halves>(both);
    if ((halves[0] | halves[1]) == 0) continue;
    for (std::size_t lane = 0; lane < sizeof(Lanes); ++lane) {
      if (both[lane] != 0 && matches(text.data() + at + lane)) return at + lane;
    }
  }
  for (; at < end; ++at) {
    if (matches(text.data() + at)) return at;
  }
  return std::string_view::npos;
}

}  // namespace llmops::data::explore
