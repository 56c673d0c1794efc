// Reference counts, the list of free blocks, and the index of published ones.
#include "infer/kv_blocks.h"

#include <algorithm>
#include <random>

#include "core/hash.h"

namespace llmops::infer {
namespace {

/// Owners remembered; beyond it all are forgotten, which costs their shared beginnings and nothing else.
constexpr std::size_t kMostRoots = 4096;

std::uint64_t random_key() {
  std::random_device device;
  return static_cast<std::uint64_t>(device()) << 32 | device();
}

}  // namespace

KvBlocks::KvBlocks(Block count) : blocks_(static_cast<std::size_t>(count)), key_(random_key()) {
  for (Block block = 0; block < count; ++block) link_before(block, kNone);
}

KvBlocks::Prefix KvBlocks::root(const std::string& owner) {
  if (roots_.size() >= kMostRoots) roots_.clear();
  const auto [found, added] = roots_.try_emplace(owner, last_prefix_ + 1);
  if (added) ++last_prefix_;
  return found->second;
}

KvBlocks::Block KvBlocks::take() {
  const Block block = first_;
  unlink(block);
  unpublish(block);
  blocks_[block].holders = 1;
  return block;
}

void KvBlocks::hold(Block block) {
  if (blocks_[block].holders == 0) unlink(block);
  ++blocks_[block].holders;
}

void KvBlocks::release(Block block) {
  if (--blocks_[block].holders > 0) return;
  // What nobody can find is the first to be taken again.
  link_before(block, blocks_[block].prefix == 0 ? first_ : kNone);
}

std::optional<KvBlocks::Published> KvBlocks::find(Prefix before, std::span<const text::TokenId> tokens) {
  const Block block = lookup(before, tokens);
  if (block == kNone) return std::nullopt;
  hold(block);
  return Published{block, blocks_[block].prefix};
}

KvBlocks::Published KvBlocks::publish(Prefix before, std::span<const text::TokenId> tokens, Block block) {
  if (const Block known = lookup(before, tokens); known != kNone) {
    hold(known);
    release(block);
    return {known, blocks_[known].prefix};
  }
  published_.emplace(hash(before, tokens), block);
  State& state = blocks_[block];
  state.prefix = ++last_prefix_;
  state.before = before;
  std::copy(tokens.begin(), tokens.end(), state.tokens.begin());
  return {block, state.prefix};
}

std::uint64_t KvBlocks::hash(Prefix before, std::span<const text::TokenId> tokens) const {
  const auto bytes = std::as_bytes(tokens);
  return xxh3_64({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, key_ ^ before * 0x9E3779B97F4A7C15);
}

KvBlocks::Block KvBlocks::lookup(Prefix before, std::span<const text::TokenId> tokens) const {
  const auto [begin, end] = published_.equal_range(hash(before, tokens));
  for (auto at = begin; at != end; ++at) {
    const State& state = blocks_[at->second];
    if (state.before == before && std::equal(tokens.begin(), tokens.end(), state.tokens.begin(), state.tokens.end()))
      return at->second;
  }
  return kNone;
}

void KvBlocks::unpublish(Block block) {
  State& state = blocks_[block];
  if (state.prefix == 0) return;
  const auto [begin, end] = published_.equal_range(hash(state.before, state.tokens));
  published_.erase(std::find_if(begin, end, [&](const auto& entry) { return entry.second == block; }));
  state.prefix = 0;
}

void KvBlocks::unlink(Block block) {
  const State& state = blocks_[block];
  (state.previous == kNone ? first_ : blocks_[state.previous].next) = state.next;
  (state.next == kNone ? last_ : blocks_[state.next].previous) = state.previous;
  --available_;
}

void KvBlocks::link_before(Block block, Block next) {
  State& state = blocks_[block];
  state.next = next;
  state.previous = next == kNone ? last_ : blocks_[next].previous;
  (state.previous == kNone ? first_ : blocks_[state.previous].next) = block;
  (next == kNone ? last_ : blocks_[next].previous) = block;
  ++available_;
}

}  // namespace llmops::infer
