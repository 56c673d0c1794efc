// Words met lately and their tokens.
#include "text/bpe/word_cache.h"

#include <bit>
#include <cstring>

namespace llmops::text {
namespace {

static_assert(std::endian::native == std::endian::little, "words are read with their first byte lowest");

// The first `count` bytes of eight, or of those that may be read.
std::uint64_t load(const char* bytes, std::size_t count, std::size_t readable) {
  std::uint64_t value = 0;
  if (readable < 8) {
    std::memcpy(&value, bytes, count);
    return value;
  }
  std::memcpy(&value, bytes, 8);
  return count >= 8 ? value : value & ((std::uint64_t{1} << (8 * count)) - 1);
}

}  // namespace

WordCache& WordCache::of_thread() {
  thread_local WordCache cache;
  return cache;
}

WordCache::Key WordCache::key_of(std::string_view word, std::size_t readable) {
  const std::size_t size = word.size();
  Key key;
  key.length = static_cast<std::uint32_t>(size);
  key.parts[0] = load(word.data(), size, readable);
  if (size > 8) key.parts[1] = load(word.data() + 8, size - 8, readable - 8);
  if (size > 16) key.parts[2] = load(word.data() + 16, size - 16, readable - 16);
  return key;
}

// Multiplies and folds: each input bit reaches the low bits that choose the slot.
std::size_t WordCache::slot_of(const Key& key, std::uint32_t model) {
  std::uint64_t hash = (key.parts[0] ^ model) * 0x9E3779B97F4A7C15ULL;
  hash = (hash ^ (hash >> 32) ^ key.parts[1]) * 0xD6E8FEB86659FD93ULL;
  hash = (hash ^ (hash >> 32) ^ key.parts[2] ^ key.length) * 0xD6E8FEB86659FD93ULL;
  return (hash >> 40) & (kEntries - 1);
}

void WordCache::keep(Entry& entry, const Key& key, std::uint32_t model, std::span<const Symbol> symbols) {
  if (symbols.empty() || symbols.size() > kMostTokens || symbols.back().end != key.length) return;
  std::uint32_t at = 0;
  for (const Symbol& symbol : symbols) {
    if (symbol.begin != at) return;
    at = symbol.end;
  }
  entry.key = key;
  entry.model = model;
  entry.count = static_cast<std::uint8_t>(symbols.size());
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    entry.ends[i] = static_cast<std::uint8_t>(symbols[i].end);
    entry.ids[i] = symbols[i].id;
  }
}

}  // namespace llmops::text
