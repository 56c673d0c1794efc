// Products with AMX's bfloat16 tiles, in float32 sums: a tile instruction takes 32 columns of 16 tokens and 16 rows.
// A token's sum is over columns in their order, in steps of 32, whatever else is in the tile.
#pragma once

#include "ops/simd/amx_tiles.h"
#include "ops/simd/tile_store.h"

namespace llmops::ops {
namespace {

constexpr std::size_t kAmxRow = 64;  ///< bytes of a tile's row
constexpr std::size_t kAmxTile = kAmxRow * Bfloat16Group::kTokens;
/// Rows in tiles of 16, and columns in groups of 32, that go through all tokens before the next: what the second cache
/// holds beside the tokens.
constexpr std::int64_t kTilesAtOnce = 6, kGroupsAtOnce = 64;

thread_local ThreadRoom amx_room;

/// Weights::kLow: whether the activations' low parts count. Weights::panel(p, tile, group, groups, room) tells where
/// some groups of a tile lie as [group][column / 2][row][2] of bfloat16, in place or written to `room`.
template <typename Weights>
class AmxProduct {
 public:
  static void run(const ProductPart& p) { run(p, 0); }

  /// Of the tokens from `begin` on.
  static void run(const ProductPart& p, std::int64_t begin) {
    AmxProduct product(p, begin);
    TileShapes shapes;
    const int tokens = static_cast<int>(p.x.tokens < kTokens ? p.x.tokens : kTokens);
    for (const int sums_or_tokens : {0, 1, 2, 3, 4, 5}) shapes.set(sums_or_tokens, tokens, kAmxRow);
    for (const int weights : {6, 7}) shapes.set(weights, kTileRows, kAmxRow);
    shapes.apply();
    for (std::int64_t tile = p.tile_begin; tile < p.tile_end; tile += kTilesAtOnce) {
      product.cover(tile, tile + kTilesAtOnce < p.tile_end ? tile + kTilesAtOnce : p.tile_end);
    }
  }

 private:
  static constexpr std::int64_t kTokens = Bfloat16Group::kTokens;

  AmxProduct(const ProductPart& p, std::int64_t begin)
      : p_(p),
        begin_(begin),
        groups_((p.x.cols + kGroup - 1) / kGroup),
        first_block_(begin / kTokens),
        blocks_((p.x.tokens + kTokens - 1) / kTokens) {
    const auto sums = static_cast<std::size_t>(kTilesAtOnce * blocks_) * kAmxTile;
    sums_ = amx_room.of(sums + kTilesAtOnce * kGroupsAtOnce * kAmxTile);
    panels_ = sums_ + sums;
  }

  /// Tiles [begin, end) times all tokens. Sums wait in memory from some columns to the next.
  void cover(std::int64_t begin, std::int64_t end) {
    for (group_ = 0; group_ < groups_; group_ += kGroupsAtOnce) {
      count_ = groups_ - group_ < kGroupsAtOnce ? groups_ - group_ : kGroupsAtOnce;
      for (std::int64_t tile = begin; tile < end; ++tile) {
        std::byte* room = panels_ + static_cast<std::size_t>((tile - begin) * kGroupsAtOnce) * kAmxTile;
        panel_[tile - begin] = Weights::panel(p_, tile, group_, count_, room);
      }
      finish_writes();
      std::int64_t block = first_block_;
      for (; block + 2 <= blocks_; block += 2) cover_tiles<2>(begin, end, block);
      if (block < blocks_) cover_tiles<1>(begin, end, block);
    }
  }

  template <int kBlocks>
  void cover_tiles(std::int64_t begin, std::int64_t end, std::int64_t block) {
    std::int64_t tile = begin;
    for (; tile + 2 <= end; tile += 2) multiply<2, kBlocks>(tile, static_cast<int>(tile - begin), block);
    if (tile < end) multiply<1, kBlocks>(tile, static_cast<int>(tile - begin), block);
  }

  // Registers 0 to 3 hold sums: of token block b and weight tile w in 2 b + w; 4 and 5 tokens; 6 and 7 weights.
  template <int kTiles, int kBlocks>
  void multiply(std::int64_t tile, int place, std::int64_t block) {
    std::byte* sums = sums_ + static_cast<std::size_t>(place * blocks_ + block) * kAmxTile;
    std::byte* next_sums = sums + static_cast<std::size_t>(blocks_) * kAmxTile;
    if (group_ == 0) {
      _tile_zero(0);
      _tile_zero(1);
      _tile_zero(2);
      _tile_zero(3);
    } else {
      _tile_loadd(0, sums, kAmxRow);
      if constexpr (kTiles == 2) _tile_loadd(1, next_sums, kAmxRow);
      if constexpr (kBlocks == 2) _tile_loadd(2, sums + kAmxTile, kAmxRow);
      if constexpr (kTiles == 2 && kBlocks == 2) _tile_loadd(3, next_sums + kAmxTile, kAmxRow);
    }
    const std::byte *w = panel_[place], *next_w = panel_[place + kTiles - 1];
    const std::int64_t from = block * groups_ + group_;
    for (std::int64_t g = 0; g < count_; ++g, w += kAmxTile, next_w += kAmxTile) {
      _tile_loadd(6, w, kAmxRow);
      if constexpr (kTiles == 2) _tile_loadd(7, next_w, kAmxRow);
      add_tokens<kTiles, kBlocks>(p_.x.high + from + g);
      if constexpr (Weights::kLow) add_tokens<kTiles, kBlocks>(p_.x.low + from + g);
    }
    _tile_stored(0, sums, kAmxRow);
    if constexpr (kTiles == 2) _tile_stored(1, next_sums, kAmxRow);
    if constexpr (kBlocks == 2) _tile_stored(2, sums + kAmxTile, kAmxRow);
    if constexpr (kTiles == 2 && kBlocks == 2) _tile_stored(3, next_sums + kAmxTile, kAmxRow);
    if (group_ + count_ < groups_) return;
    for (int b = 0; b < kBlocks; ++b) {
      store<kTiles>(tile, block + b, sums + static_cast<std::size_t>(b) * kAmxTile);
    }
  }

  template <int kTiles, int kBlocks>
  void add_tokens(const Bfloat16Group* x) const {
    _tile_loadd(4, x, kAmxRow);
    _tile_dpbf16ps(0, 4, 6);
    if constexpr (kTiles == 2) _tile_dpbf16ps(1, 4, 7);
    if constexpr (kBlocks == 2) {
      _tile_loadd(5, x + groups_, kAmxRow);
      _tile_dpbf16ps(2, 5, 6);
      if constexpr (kTiles == 2) _tile_dpbf16ps(3, 5, 7);
    }
  }

  /// @param sums  of one token block, and of the next tile blocks_ further on
  template <int kTiles>
  void store(std::int64_t tile, std::int64_t block, const std::byte* sums) const {
    const std::int64_t first = block * kTokens, left = p_.x.tokens - first;
    const int skipped = first < begin_ ? static_cast<int>(begin_ - first) : 0;
    Floats total[kTokens][kTiles];
    for (int w = 0; w < kTiles; ++w, sums += static_cast<std::size_t>(blocks_) * kAmxTile) {
      for (int t = 0; t < kTokens; ++t) total[t][w] = load<Floats>(sums + static_cast<std::size_t>(t) * kAmxRow);
    }
    store_tiles<kTiles, kTokens>(p_, tile, first, total, skipped, left < kTokens ? static_cast<int>(left) : kTokens);
  }

  const ProductPart& p_;
  std::int64_t begin_, groups_, first_block_, blocks_;
  std::byte *sums_, *panels_;  ///< [tile][block] of sums; [tile][group] of weights
  const std::byte* panel_[kTilesAtOnce] = {};
  std::int64_t group_ = 0, count_ = 0;  ///< those that panel_ has
};

}  // namespace
}  // namespace llmops::ops
