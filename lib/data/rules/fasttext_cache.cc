// A direct-mapped cache: the last word that fell on a slot.
#include "data/rules/fasttext_cache.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstring>

namespace llmops::data {

namespace {

constexpr std::size_t kMostSlots = 8192, kFewestSlots = 64;
constexpr std::size_t kMostFloats = std::size_t{1} << 20;  // 4 MiB a thread for wide models

}  // namespace

std::uint64_t FastTextCache::next_serial() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

FastTextCache& FastTextCache::of_thread(std::uint64_t serial, std::size_t dim) {
  static thread_local FastTextCache cache;
  if (cache.serial_ == serial) return cache;
  const std::size_t slots = std::bit_floor(std::clamp(kMostFloats / dim, kFewestSlots, kMostSlots));
  cache.serial_ = 0;  // until it is whole
  cache.slots_.assign(slots, Slot{});
  cache.sums_.assign(slots * dim, 0.0F);
  cache.word = FastTextSum(dim);
  cache.serial_ = serial;
  return cache;
}

std::size_t FastTextCache::slot_of(std::uint32_t hash) const { return (hash ^ (hash >> 15)) & (slots_.size() - 1); }

bool FastTextCache::holds(const Slot& slot, std::string_view text, std::uint32_t hash) const {
  return slot.hash == hash && slot.size == text.size() && std::memcmp(slot.text, text.data(), text.size()) == 0;
}

bool FastTextCache::add(std::string_view text, std::uint32_t hash, FastTextSum& sum) const {
  if (text.size() > kLongest) return false;
  const std::size_t at = slot_of(hash);
  if (!holds(slots_[at], text, hash)) return false;
  sum.add(sums_.data() + at * sum.values.size(), slots_[at].rows);
  return true;
}

void FastTextCache::begin_word() {
  std::fill(word.values.begin(), word.values.end(), 0.0F);
  word.rows = 0;
}

void FastTextCache::keep(std::string_view text, std::uint32_t hash) {
  if (text.size() > kLongest) return;
  const std::size_t at = slot_of(hash);
  Slot& slot = slots_[at];
  slot.hash = hash;
  slot.rows = static_cast<std::uint32_t>(word.rows);
  slot.size = static_cast<std::uint8_t>(text.size());
  std::memcpy(slot.text, text.data(), text.size());
  std::copy(word.values.begin(), word.values.end(),
            sums_.begin() + static_cast<std::ptrdiff_t>(at * word.values.size()));
}

}  // namespace llmops::data
