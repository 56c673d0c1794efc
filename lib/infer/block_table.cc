#include "infer/block_table.h"

#include <algorithm>

namespace llmops::infer {
namespace {

constexpr std::int64_t kTokens = ops::kBlockTokens;

std::span<const text::TokenId> tokens_of_block(std::span<const text::TokenId> tokens, std::size_t block) {
  return tokens.subspan(block * kTokens, kTokens);
}

}  // namespace

void BlockTable::match(std::span<const text::TokenId> tokens) {
  if (!owner_) return;
  prefix_ = pool_.root(*owner_);
  const std::int64_t count = std::min(static_cast<std::int64_t>(tokens.size()) - 1, shared_);
  const auto most = static_cast<std::size_t>(std::max<std::int64_t>(0, count) / kTokens);
  while (published_ < most) {
    const auto found = pool_.find(prefix_, tokens_of_block(tokens, published_));
    if (!found) break;
    blocks_.push_back(found->block);
    prefix_ = found->prefix;
    ++published_;
  }
  stored_ = static_cast<std::int64_t>(published_) * kTokens;
}

std::optional<std::pair<KvBlocks::Block, KvBlocks::Block>> BlockTable::fork(const BlockTable& from,
                                                                            std::int64_t count) {
  const auto full = static_cast<std::size_t>(count / kTokens);
  const bool part = count % kTokens > 0;
  if (part && pool_.available() == 0) return std::nullopt;
  for (std::size_t i = 0; i < full; ++i) {
    pool_.hold(from.blocks_[i]);
    blocks_.push_back(from.blocks_[i]);
  }
  stored_ = count;
  if (!part) return std::pair<KvBlocks::Block, KvBlocks::Block>{};
  blocks_.push_back(pool_.take());
  return std::pair{from.blocks_[full], blocks_.back()};
}

bool BlockTable::reserve(std::int64_t tokens, std::int64_t spare) {
  const auto needed = static_cast<std::size_t>((tokens + kTokens - 1) / kTokens);
  if (needed <= blocks_.size()) return true;
  if (static_cast<std::int64_t>(needed - blocks_.size()) + spare > pool_.available()) return false;
  blocks_.reserve(needed);  // so that what is taken cannot be lost
  while (blocks_.size() < needed) blocks_.push_back(pool_.take());
  return true;
}

void BlockTable::advance(std::span<const text::TokenId> tokens, std::int64_t count) {
  stored_ = count;
  if (!owner_) return;
  if (prefix_ == 0) prefix_ = pool_.root(*owner_);
  for (; static_cast<std::int64_t>(published_ + 1) * kTokens <= std::min(stored_, shared_); ++published_) {
    const auto known = pool_.publish(prefix_, tokens_of_block(tokens, published_), blocks_[published_]);
    blocks_[published_] = known.block;
    prefix_ = known.prefix;
  }
}

void BlockTable::clear() {
  // Ends first, so that they are reused before the beginnings that more texts share.
  for (; !blocks_.empty(); blocks_.pop_back()) pool_.release(blocks_.back());
  stored_ = 0;
  published_ = 0;
  prefix_ = 0;
}

}  // namespace llmops::infer
