// Who holds which block, and which are found again.
#include "infer/kv_blocks.h"

#include <map>
#include <numeric>
#include <random>
#include <set>

#include "infer/block_table.h"
#include "support/catch.h"

namespace llmops::infer {
namespace {

using text::TokenId;

std::vector<TokenId> tokens_from(TokenId first, std::size_t count) {
  std::vector<TokenId> tokens(count);
  std::iota(tokens.begin(), tokens.end(), first);
  return tokens;
}

}  // namespace

TEST_CASE("released blocks are taken again, least recently used first", "[infer]") {
  KvBlocks blocks(3);
  CHECK(blocks.take() == 0);
  CHECK(blocks.take() == 1);
  const auto root = blocks.root("");
  blocks.publish(root, tokens_from(0, 16), 0);
  blocks.publish(root, tokens_from(1, 16), 1);
  blocks.release(1);
  blocks.release(0);
  CHECK(blocks.available() == 3);
  CHECK(blocks.take() == 2);
  CHECK(blocks.take() == 1);
  CHECK(blocks.find(root, tokens_from(0, 16)).has_value());  // held now
  CHECK(blocks.available() == 0);
  CHECK_FALSE(blocks.find(root, tokens_from(1, 16)).has_value());  // reused
}

TEST_CASE("blocks that nobody can find are reused before those that are known", "[infer]") {
  KvBlocks blocks(2);
  const auto root = blocks.root("");
  blocks.publish(root, tokens_from(0, 16), blocks.take());
  blocks.release(0);
  CHECK(blocks.take() == 1);
  blocks.release(1);
  CHECK(blocks.take() == 1);
}

TEST_CASE("a block is found by its tokens and all before them, of one owner", "[infer]") {
  KvBlocks blocks(8);
  const auto mine = blocks.root("mine"), yours = blocks.root("yours");
  CHECK(mine == blocks.root("mine"));
  CHECK(mine != yours);
  const auto first = blocks.publish(mine, tokens_from(0, 16), blocks.take());
  const auto second = blocks.publish(first.prefix, tokens_from(16, 16), blocks.take());
  CHECK(blocks.find(mine, tokens_from(0, 16))->block == first.block);
  CHECK(blocks.find(first.prefix, tokens_from(16, 16))->block == second.block);
  CHECK_FALSE(blocks.find(mine, tokens_from(16, 16)));
  CHECK_FALSE(blocks.find(yours, tokens_from(0, 16)));
  CHECK_FALSE(blocks.find(second.prefix, tokens_from(16, 16)));
}

TEST_CASE("a beginning that is computed again does not revive what followed the old one", "[infer]") {
  KvBlocks blocks(2);
  const auto root = blocks.root("");
  const auto first = blocks.publish(root, tokens_from(0, 16), blocks.take());
  blocks.publish(first.prefix, tokens_from(16, 16), blocks.take());
  blocks.release(first.block);
  const auto reused = blocks.take();
  REQUIRE(reused == first.block);
  const auto again = blocks.publish(root, tokens_from(0, 16), reused);
  CHECK(again.prefix != first.prefix);
  CHECK_FALSE(blocks.find(again.prefix, tokens_from(16, 16)));
}

TEST_CASE("of two equal blocks published the first is kept", "[infer]") {
  KvBlocks blocks(2);
  const auto root = blocks.root("");
  const auto a = blocks.publish(root, tokens_from(0, 16), blocks.take());
  const auto b = blocks.publish(root, tokens_from(0, 16), blocks.take());
  CHECK(a.block == b.block);
  CHECK(a.prefix == b.prefix);
  CHECK(blocks.available() == 1);
  blocks.release(a.block);
  CHECK(blocks.available() == 1);
  blocks.release(a.block);
  CHECK(blocks.available() == 2);
}

TEST_CASE("a table takes over what is known, but runs the last token", "[infer]") {
  KvBlocks blocks(16);
  const auto tokens = tokens_from(0, 40);
  {
    BlockTable first(blocks, "");
    REQUIRE(first.reserve(40));
    first.advance(tokens, 40);
  }
  CHECK(blocks.available() == 16);
  BlockTable second(blocks, "");
  second.match(tokens);
  CHECK(second.stored() == 32);
  BlockTable exact(blocks, "");
  exact.match(std::span(tokens).first(32));
  CHECK(exact.stored() == 16);
  BlockTable other(blocks, "other"), nobody(blocks, std::nullopt);
  other.match(tokens);
  nobody.match(tokens);
  CHECK(other.stored() == 0);
  CHECK(nobody.stored() == 0);
  CHECK_FALSE(second.reserve(16 * 20));
  CHECK(second.reserve(48));
  CHECK(second.blocks()[0] == exact.blocks()[0]);
}

TEST_CASE("random tables lose no block, never share one that is written, and hold what they match", "[infer]") {
  std::mt19937 random(5);
  const auto below = [&](int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random); };
  KvBlocks blocks(40);
  std::map<KvBlocks::Block, std::vector<TokenId>> content;  // all tokens up to the end of a block, of one owner
  struct Live {
    std::unique_ptr<BlockTable> table;
    std::vector<TokenId> tokens;
    std::string owner;
  };
  std::vector<Live> live;
  for (int round = 0; round < 20000; ++round) {
    if (live.size() < 6 && below(3) == 0) {
      Live one;
      one.owner = below(4) == 0 ? "b" : "a";
      one.tokens = tokens_from(below(2) * 1000, static_cast<std::size_t>(1 + below(120)));
      if (below(2) == 0) one.tokens.back() += 7 + below(3);
      one.table = std::make_unique<BlockTable>(blocks, one.owner);
      one.table->match(one.tokens);
      for (std::size_t i = 0; i < one.table->blocks().size(); ++i) {
        std::vector<TokenId> expected(one.tokens.begin(), one.tokens.begin() + static_cast<std::ptrdiff_t>(i + 1) * 16);
        expected.push_back(one.owner == "a" ? 1 : 2);
        REQUIRE(content.at(one.table->blocks()[i]) == expected);
      }
      live.push_back(std::move(one));
    } else if (!live.empty()) {
      const std::size_t which = static_cast<std::size_t>(below(static_cast<int>(live.size())));
      Live& one = live[which];
      const auto all = static_cast<std::int64_t>(one.tokens.size());
      if (one.table->stored() == all || below(10) == 0) {
        live.erase(live.begin() + static_cast<std::ptrdiff_t>(which));
        continue;
      }
      const std::int64_t stored = one.table->stored();
      const std::int64_t next = stored + 1 + below(static_cast<int>(all - stored));
      if (!one.table->reserve(next)) continue;
      for (std::int64_t block = stored / 16; block * 16 < next; ++block) {
        const auto written = one.table->blocks()[static_cast<std::size_t>(block)];
        for (const Live& other : live) {
          if (&other == &one) continue;
          for (const auto held : other.table->blocks()) REQUIRE(held != written);
        }
        std::vector<TokenId> now(one.tokens.begin(), one.tokens.begin() + std::min(next, (block + 1) * 16));
        now.push_back(one.owner == "a" ? 1 : 2);
        content[written] = std::move(now);
      }
      one.table->advance(one.tokens, next);
    }
    std::set<KvBlocks::Block> held;
    for (const Live& one : live) held.insert(one.table->blocks().begin(), one.table->blocks().end());
    REQUIRE(blocks.available() + static_cast<int>(held.size()) == 40);
  }
  live.clear();
  CHECK(blocks.available() == 40);
}

}  // namespace llmops::infer
