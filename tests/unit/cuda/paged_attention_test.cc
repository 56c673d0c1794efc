// Attention over a paged cache against the CPU's, and the cache byte by byte.
#include "cuda/paged_attention.h"

#include <numeric>

#include "core/error.h"
#include "ops/paged_attention.h"
#include "support/device_vector.h"

using namespace llmops;

namespace {

struct Case {
  int heads, kv_heads, size, window;
  float softcap;
  std::vector<int> pasts, lengths;
};

constexpr std::int32_t kNoBlock = 1 << 30;  ///< so far away that reading it ends the program

/// Sequences with random keys and values in shuffled blocks, on both sides.
class Step {
 public:
  Step(const Case& c, cuda::HalfFormat format, std::mt19937& random) : case_(c), format_(format) {
    begins.push_back(0);
    for (const int length : c.lengths) begins.push_back(begins.back() + length);
    std::int32_t used = 0;
    for (std::size_t s = 0; s < c.pasts.size(); ++s) {
      most_new = std::max(most_new, c.lengths[s]);
      most_tokens = std::max(most_tokens, c.pasts[s] + c.lengths[s]);
    }
    const int room = most_tokens / 16 + 2;
    blocks.assign(c.pasts.size() * static_cast<std::size_t>(room), kNoBlock);
    std::vector<std::int32_t> order(blocks.size());
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), random);
    for (std::size_t s = 0; s < c.pasts.size(); ++s) {
      for (int b = 0; b < (c.pasts[s] + c.lengths[s] + 15) / 16; ++b)
        blocks[s * static_cast<std::size_t>(room) + static_cast<std::size_t>(b)] =
            order[static_cast<std::size_t>(used++)];
    }
    cache.format = format;
    cache.kv_heads = c.kv_heads;
    cache.head_size = c.size;
    cache.stride = cache.block_numbers() + 16;
    numbers = static_cast<std::size_t>(cache.stride) * blocks.size();
    all_k = random_halves(format, static_cast<std::size_t>(total() * c.kv_heads * c.size), random);
    all_v = random_halves(format, all_k.size(), random);
    q = random_halves(format, static_cast<std::size_t>(begins.back() * (c.heads * c.size + 8)), random);
  }

  /// The block table without the blocks that the window has left behind.
  std::vector<std::int32_t> seen_blocks() const {
    std::vector<std::int32_t> seen = blocks;
    for (std::size_t s = 0; s < count() && case_.window > 0; ++s) {
      std::fill_n(seen.begin() + static_cast<std::ptrdiff_t>(s) * room(),
                  std::max(0, case_.pasts[s] + 1 - case_.window) / 16, kNoBlock);
    }
    return seen;
  }

  int total() const { return std::accumulate(case_.pasts.begin(), case_.pasts.end(), 0) + begins.back(); }
  std::size_t count() const { return case_.pasts.size(); }

  /// The CPU's segments with everything new, or as the case has them.
  std::vector<ops::AttentionSegment> segments(bool everything) const {
    std::vector<ops::AttentionSegment> all;
    std::int64_t begin = 0;
    const std::size_t room = blocks.size() / count();
    for (std::size_t s = 0; s < count(); ++s) {
      const int past = everything ? 0 : case_.pasts[s], length = case_.pasts[s] + case_.lengths[s] - past;
      all.push_back({begin, length, past, std::span(blocks).subspan(s * room, room)});
      begin += length;
    }
    return all;
  }

  /// The CPU's result; its cache holds float32, in which both formats are exact.
  std::vector<float> expected(ops::ThreadPool& pool) const {
    ops::CacheLayer layer{nullptr, ops::CacheFormat::kF32, case_.kv_heads, case_.size, 0};
    layer.stride = layer.block_bytes();
    std::vector<std::byte> memory(layer.stride * blocks.size());
    layer.blocks = memory.data();
    ops::store_keys_values(layer, segments(true), all_k.data(), all_v.data(), case_.kv_heads * case_.size);
    ops::AttentionSettings settings;
    settings.heads = case_.heads;
    settings.scale = 0.17F;
    settings.softcap = case_.softcap;
    settings.window = case_.window;
    std::vector<float> out(static_cast<std::size_t>(begins.back() * case_.heads * case_.size));
    std::vector<ops::AttentionSegment> some = segments(false);
    std::erase_if(some, [](const auto& segment) { return segment.length == 0; });
    ops::paged_attention(pool, layer, some, settings, q.data(), case_.heads * case_.size + 8, out.data());
    return out;
  }

  /// The device's. @param decode  by decode_attention()
  std::vector<float> found(bool decode) {
    DeviceVector<cuda::HalfBits> memory(
        std::vector<cuda::HalfBits>(numbers, 0x7fff));  // NaN wherever nothing is stored
    cache.blocks = memory.data();
    store(memory);
    const DeviceVector<std::int32_t> device_begins(begins), device_pasts(case_.pasts), device_blocks(seen_blocks());
    const cuda::PagedSequences sequences{static_cast<int>(count()),
                                         device_begins.data(),
                                         device_pasts.data(),
                                         device_blocks.data(),
                                         room(),
                                         most_new,
                                         most_tokens};
    const cuda::AttentionSettings settings{case_.heads, 0.17F, case_.softcap, case_.window};
    const DeviceVector<cuda::HalfBits> queries(to_halves(format_, q));
    const std::size_t dense = static_cast<std::size_t>(begins.back() * case_.heads * case_.size);
    const DeviceVector<cuda::HalfBits> out(std::vector<cuda::HalfBits>(dense, 0x7fff));
    const cuda::AttentionRows rows{queries.data(), case_.heads * case_.size + 8, out.data()};
    if (decode) {
      const DeviceVector<float> workspace(std::vector<float>(cuda::decode_workspace(cache, sequences, settings), NAN));
      cuda::decode_attention(cache, sequences, settings, rows, workspace.data(), nullptr);
    } else {
      cuda::prefill_attention(cache, sequences, settings, rows, nullptr);
    }
    return to_floats(format_, out.host());
  }

  std::int64_t room() const { return static_cast<std::int64_t>(blocks.size() / count()); }

  /// Stores everything as new tokens of one step.
  void store(const DeviceVector<cuda::HalfBits>&) const {
    std::vector<std::int32_t> all_begins{0};
    int most = 0;
    for (std::size_t s = 0; s < count(); ++s) {
      const int length = case_.pasts[s] + case_.lengths[s];
      all_begins.push_back(all_begins.back() + length);
      most = std::max(most, length);
    }
    const std::vector<std::int32_t> none(count());
    const DeviceVector<std::int32_t> device_begins(all_begins), device_pasts(none), device_blocks(blocks);
    const DeviceVector<cuda::HalfBits> k(to_halves(format_, all_k)), v(to_halves(format_, all_v));
    cuda::store_keys_values(cache,
                            {static_cast<int>(count()), device_begins.data(), device_pasts.data(), device_blocks.data(),
                             room(), most, most},
                            k.data(), v.data(), case_.kv_heads * case_.size, nullptr);
  }

  std::vector<std::int32_t> begins, blocks;
  std::vector<float> all_k, all_v, q;
  cuda::PagedCache cache;
  std::size_t numbers = 0;
  int most_new = 0, most_tokens = 0;

 private:
  Case case_;
  cuda::HalfFormat format_;
};

void check(const Case& c, bool decode) {
  std::mt19937 random(7);
  ops::ThreadPool pool(1);
  for (const cuda::HalfFormat format : kHalfFormats) {
    Step step(c, format, random);
    INFO(c.heads << " heads on " << c.kv_heads << " of " << c.size << ", window " << c.window << ", softcap "
                 << c.softcap << ", " << c.pasts.size() << " sequences, " << step.total() << " tokens");
    // Prefill rounds the softmax's weights, too.
    CHECK(worst_error(step.found(decode), step.expected(pool)) < half_epsilon(format));
  }
}

}  // namespace

TEST_CASE("attention of one new token a sequence on the GPU equals the CPU's", "[cuda]") {
  if (no_device()) return;
  for (const Case& c : {Case{1, 1, 16, 0, 0, {0}, {1}},
                        {4, 4, 64, 0, 0, {15, 16, 0}, {1, 1, 1}},
                        {9, 3, 64, 0, 0, {255, 256, 257}, {1, 1, 1}},
                        {8, 1, 128, 0, 0, {700, 3}, {1, 1}},
                        {12, 1, 80, 0, 50, {33}, {1}},
                        {8, 2, 96, 20, 0, {10, 300, 600}, {1, 1, 1}},
                        {2, 2, 256, 1, 0, {40}, {1}},
                        {16, 2, 256, 300, 30, {513, 0, 299}, {1, 1, 1}},
                        {4, 2, 112, 256, 0, {511, 512}, {1, 1}},
                        {4, 2, 32, 0, 0, {5, 9, 0, 20}, {1, 0, 0, 1}}}) {
    check(c, true);
  }
}

TEST_CASE("attention of many new tokens on the GPU equals the CPU's", "[cuda]") {
  if (no_device()) return;
  for (const Case& c : {Case{1, 1, 16, 0, 0, {0}, {1}},
                        {4, 4, 64, 0, 0, {0, 0}, {17, 65}},
                        {9, 3, 64, 0, 0, {31, 0, 100}, {40, 0, 3}},
                        {8, 1, 128, 0, 0, {5}, {30}},
                        {12, 1, 80, 0, 50, {0, 16}, {33, 1}},
                        {8, 2, 96, 20, 0, {10, 200}, {70, 20}},
                        {2, 2, 256, 1, 0, {40}, {35}},
                        {4, 2, 256, 50, 30, {0, 33}, {80, 7}},
                        {7, 7, 112, 0, 0, {3, 0}, {1, 129}},
                        {4, 2, 32, 0, 0, {5, 9, 0, 20}, {1, 0, 2, 64}}}) {
    check(c, false);
  }
}

TEST_CASE("the device's cache is the host's, byte by byte", "[cuda]") {
  if (no_device()) return;
  std::mt19937 random(8);
  Step step({4, 2, 48, 0, 0, {0, 20, 5}, {3, 0, 40}}, cuda::HalfFormat::kF16, random);
  DeviceVector<cuda::HalfBits> memory(std::vector<cuda::HalfBits>(step.numbers, 0x7fff));
  step.cache.blocks = memory.data();
  step.store(memory);
  std::vector<cuda::HalfBits> host(step.numbers, 0x7fff);
  const ops::CacheLayer layer{reinterpret_cast<std::byte*>(host.data()), ops::CacheFormat::kF16, 2, 48,
                              static_cast<std::size_t>(step.cache.stride) * 2};
  ops::store_keys_values(layer, step.segments(true), step.all_k.data(), step.all_v.data(), 2 * 48);
  CHECK(memory.host() == host);
}

TEST_CASE("a sequence's attention does not depend on those beside it", "[cuda]") {
  if (no_device()) return;
  for (const bool decode : {true, false}) {
    const auto result = [&](std::vector<int> pasts, std::vector<int> lengths) {
      std::mt19937 random(9);
      Step step({8, 2, 64, 0, 0, std::move(pasts), std::move(lengths)}, cuda::HalfFormat::kF16, random);
      // The same numbers for the first sequence, whatever follows.
      std::mt19937 same(10);
      const auto first = random_halves(cuda::HalfFormat::kF16, 400 * 2 * 64, same);
      std::copy(first.begin(), first.end(), step.all_k.begin());
      std::copy(first.rbegin(), first.rend(), step.all_v.begin());
      std::copy_n(first.begin(), 8 * 64, step.q.begin());
      std::vector<float> out = step.found(decode);
      out.resize(8 * 64);
      return out;
    };
    const std::vector<float> alone = result({399}, {1});
    CHECK(result({399, 1000, 2}, {1, 1, 1}) == alone);
  }
}

TEST_CASE("attention on the GPU refuses heads it has no kernel for", "[cuda]") {
  for (const int size : {8, 40, 272, 576}) {
    cuda::PagedCache cache;
    cache.kv_heads = 2;
    cache.head_size = size;
    CHECK_THROWS_AS(cuda::prefill_attention(cache, {}, {4, 1, 0, 0}, {}, nullptr), InputError);
  }
  cuda::PagedCache cache;
  cache.kv_heads = 2;
  cache.head_size = 64;
  CHECK_THROWS_AS(cuda::decode_attention(cache, {}, {5, 1, 0, 0}, {}, nullptr, nullptr), InputError);
}
