// The blocks of the KV cache: who holds which, and which beginnings of texts lie in those that nobody has reused yet.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "ops/paged_attention.h"
#include "text/tokenizer.h"

namespace llmops::infer {

/// Books only; the keys and values are model::KvStore's. Used by the engine's thread alone.
///
/// Released blocks keep their content and are taken again least recently used first. A full block may be published:
/// later sequences that begin alike find it and hold it too. Shared blocks are never written again.
class KvBlocks {
 public:
  using Block = std::int32_t;
  /// Stands for all tokens up to the end of one published block, of one owner of a root. Never used twice, so that a
  /// block found under it cannot belong to another text, whatever its hash.
  using Prefix = std::uint64_t;

  explicit KvBlocks(Block count);

  Block count() const { return static_cast<Block>(blocks_.size()); }
  Block available() const { return available_; }  ///< held by nobody

  /// What texts of `owner` begin with: only texts of one owner (model, adapter and tenant) ever share blocks.
  Prefix root(const std::string& owner);

  /// A block held once, its content undefined. There must be one available.
  Block take();
  void hold(Block block);     ///< once more
  void release(Block block);  ///< once less

  struct Published {
    Block block = 0;
    Prefix prefix = 0;  ///< up to the end of the block
  };
  /// Finds the block of these kBlockTokens tokens after `before`, and holds it.
  std::optional<Published> find(Prefix before, std::span<const text::TokenId> tokens);
  /// Makes a full block findable.
  /// @returns it, or the equal one that was published before; that is then held in its place, and `block` released
  Published publish(Prefix before, std::span<const text::TokenId> tokens, Block block);

 private:
  struct State {
    std::int32_t holders = 0;
    Block previous = 0, next = 0;  ///< in the list of available ones, where nobody holds it
    Prefix prefix = 0;             ///< 0: not published
    Prefix before = 0;
    std::array<text::TokenId, ops::kBlockTokens> tokens{};
  };

  std::uint64_t hash(Prefix before, std::span<const text::TokenId> tokens) const;
  Block lookup(Prefix before, std::span<const text::TokenId> tokens) const;  ///< kNone where there is none
  void unpublish(Block block);
  void unlink(Block block);
  void link_before(Block block, Block next);

  static constexpr Block kNone = -1;

  std::vector<State> blocks_;
  Block first_ = kNone, last_ = kNone;  ///< of those available, least recently used first
  Block available_ = 0;
  std::unordered_multimap<std::uint64_t, Block> published_;  ///< by hash of what is before and inside
  std::unordered_map<std::string, Prefix> roots_;
  Prefix last_prefix_ = 0;
  std::uint64_t key_ = 0;  ///< of the hash, drawn at random: nobody can choose texts that collide
};

}  // namespace llmops::infer
