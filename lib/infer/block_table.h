// The blocks that hold the keys and values of one sequence.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "infer/kv_blocks.h"

namespace llmops::infer {

/// Releases what it holds when it ends. Used by the engine's thread alone, except that it may be made elsewhere.
class BlockTable {
 public:
  /// @param owner   whose texts may share blocks with this one; none: nobody's
  /// @param shared  tokens from the beginning that may be shared
  BlockTable(KvBlocks& pool, std::optional<std::string> owner,
             std::int64_t shared = std::numeric_limits<std::int64_t>::max())
      : pool_(pool), owner_(std::move(owner)), shared_(shared) {}
  ~BlockTable() { clear(); }
  BlockTable(const BlockTable&) = delete;
  BlockTable& operator=(const BlockTable&) = delete;

  std::span<const KvBlocks::Block> blocks() const { return blocks_; }
  std::int64_t stored() const { return stored_; }  ///< tokens whose keys and values are there

  /// While empty: holds the published blocks that `tokens` begin with, and counts them as stored; never the last token,
  /// whose output is wanted.
  void match(std::span<const text::TokenId> tokens);
  /// Shares the full blocks of the first `count` tokens of another table, and reserves the block after them where
  /// `count` ends inside one. Call while empty.
  /// @returns the blocks to copy (from, to), the same where none is; none at all, and nothing held, without room
  std::optional<std::pair<KvBlocks::Block, KvBlocks::Block>> fork(const BlockTable& from, std::int64_t count);
  /// Makes room for `tokens` in all. @param spare  blocks to leave to others
  /// @returns false, with nothing taken, where there is not enough
  bool reserve(std::int64_t tokens, std::int64_t spare = 0);
  /// The first `count` of `tokens` are stored now; full blocks are published.
  void advance(std::span<const text::TokenId> tokens, std::int64_t count);
  /// Lets all blocks go.
  void clear();

 private:
  KvBlocks& pool_;
  std::optional<std::string> owner_;
  std::int64_t shared_;
  std::vector<KvBlocks::Block> blocks_;
  std::int64_t stored_ = 0;
  std::size_t published_ = 0;    ///< blocks
  KvBlocks::Prefix prefix_ = 0;  ///< up to the end of those published; 0: the root is not known yet
};

}  // namespace llmops::infer
