// A table from 64-bit hashes to small values: open addressing, a third of the slots empty, no more bytes than it needs.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

namespace llmops::data {

/// Keys are hashes themselves, and stand for what was hashed: in a million entries the chance that two are equal is
/// below 1 in 10^7. KenLM's "probing" format makes the same bargain (Heafield, 2011).
template <typename Value>
class NgramHash {
 public:
  explicit NgramHash(std::size_t entries = 0) : slots_(entries + entries / 2 + 1) {}

  /// @param entries  at most as many as the constructor was told
  /// @returns false where the key is there already
  bool insert(std::uint64_t key, const Value& value) {
    const Halves wanted = halves(key);
    std::size_t at = home(key);
    for (; !slots_[at].empty(); at = next(at)) {
      if (slots_[at].is(wanted)) return false;
    }
    slots_[at] = {wanted.low, wanted.high, value};
    return true;
  }

  const Value* find(std::uint64_t key) const {
    const Halves wanted = halves(key);
    for (std::size_t at = home(key); !slots_[at].empty(); at = next(at)) {
      if (slots_[at].is(wanted)) return &slots_[at].value;
    }
    return nullptr;
  }

  std::size_t bytes() const { return slots_.size() * sizeof(Slot); }

 private:
  struct Halves {
    std::uint32_t low, high;
  };
  /// The key in halves, so that a slot with one float is 12 bytes.
  struct Slot {
    std::uint32_t low = 0, high = 0;
    Value value{};
    bool empty() const { return low == 0 && high == 0; }
    bool is(const Halves& key) const { return low == key.low && high == key.high; }
  };
  static Halves halves(std::uint64_t key) {
    if (key == 0) key = 1;  // 0 is an empty slot
    return {static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)};
  }
  std::size_t home(std::uint64_t key) const {  // the high bits of key * slots: any number of slots will do
    return static_cast<std::size_t>((static_cast<unsigned __int128>(key) * slots_.size()) >> 64);
  }
  std::size_t next(std::size_t at) const { return at + 1 == slots_.size() ? 0 : at + 1; }

  std::vector<Slot> slots_;
};

/// The hash of an n-gram, from its last word to its first: that of "b c" leads to that of "a b c".
inline std::uint64_t extend_ngram(std::uint64_t hash, std::uint32_t earlier_word) {
  std::uint64_t mixed = (hash ^ (hash >> 29)) * 0x9E3779B97F4A7C15ULL + (earlier_word + 1ULL) * 0xD6E8FEB86659FD93ULL;
  mixed ^= mixed >> 32;
  return mixed * 0xD6E8FEB86659FD93ULL;
}

}  // namespace llmops::data
