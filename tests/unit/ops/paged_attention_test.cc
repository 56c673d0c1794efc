// Attention over blocks against softmax written out, for every instruction set and cache format.
#include "ops/paged_attention.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include "ops/kernels.h"
#include "support/catch.h"

namespace llmops::ops {
namespace {

constexpr CacheFormat kFormats[] = {CacheFormat::kF32, CacheFormat::kF16, CacheFormat::kInt8};

struct Case {
  int heads, kv_heads, size;
  std::int64_t past, length;
  int window;
  float softcap;
  bool biased;
};

/// A sequence of random keys and values in shuffled blocks, and queries for its last tokens.
struct Sequence {
  Sequence(const Case& c, CacheFormat format, std::mt19937& random) : total(c.past + c.length) {
    const auto fill = [&](std::vector<float>& values, std::int64_t count) {
      std::normal_distribution<float> normal;
      values.resize(static_cast<std::size_t>(count));
      for (float& value : values) value = std::clamp(std::round(normal(random) * 32), -127.0F, 127.0F) / 64;
    };
    // Exact in half precision, and in 8 bits with 1/64 as every group's scale.
    const auto fill_cached = [&](std::vector<float>& values) {
      fill(values, total * c.kv_heads * c.size);
      for (std::int64_t row = 0; row < total * c.kv_heads; ++row) {
        for (int d = 0; d < c.size; d += kCacheGroup) {
          const auto place = static_cast<int>(row % std::min(kCacheGroup, c.size - d));
          values[static_cast<std::size_t>(row * c.size + d + place)] = (row % 2 == 0 ? 127.0F : -127.0F) / 64;
        }
      }
    };
    fill_cached(k);
    fill_cached(v);
    fill(q, c.length * c.heads * c.size);
    const std::int64_t count = (total + kBlockTokens - 1) / kBlockTokens;
    fill(bias, c.heads * count * kBlockTokens);
    blocks.resize(static_cast<std::size_t>(count));
    std::iota(blocks.begin(), blocks.end(), 1);
    std::shuffle(blocks.begin(), blocks.end(), random);
    layer.format = format;
    layer.kv_heads = c.kv_heads;
    layer.head_size = c.size;
    layer.stride = layer.block_bytes() + 64;
    memory.resize(static_cast<std::size_t>(count + 1) * layer.stride,
                  std::byte{0x7f});  // NaN wherever nothing is stored
    layer.blocks = memory.data();
  }

  std::int64_t total;
  std::vector<float> k, v, q, bias;
  std::vector<std::int32_t> blocks;
  std::vector<std::byte> memory;
  CacheLayer layer;
};

std::vector<double> plain_attention(const Case& c, const Sequence& s, float scale) {
  std::vector<double> out;
  for (std::int64_t i = 0; i < c.length; ++i) {
    for (int h = 0; h < c.heads; ++h) {
      const std::int64_t position = c.past + i, kv = h / (c.heads / c.kv_heads);
      std::vector<double> weights;
      double sum = 0;
      const std::int64_t first = c.window > 0 ? std::max<std::int64_t>(0, position - c.window + 1) : 0;
      const auto at = [&](const std::vector<float>& values, std::int64_t t, int d) {
        return double{values[static_cast<std::size_t>((t * c.kv_heads + kv) * c.size + d)]};
      };
      for (std::int64_t t = first; t <= position; ++t) {
        double score = 0;
        for (int d = 0; d < c.size; ++d)
          score += s.q[static_cast<std::size_t>((i * c.heads + h) * c.size + d)] * at(s.k, t, d);
        score *= scale;
        if (c.softcap > 0) score = c.softcap * std::tanh(score / c.softcap);
        if (c.biased)
          score += s.bias[static_cast<std::size_t>(h * static_cast<std::int64_t>(s.blocks.size()) * kBlockTokens + t)];
        weights.push_back(std::exp(score));
        sum += weights.back();
      }
      for (int d = 0; d < c.size; ++d) {
        double value = 0;
        for (std::int64_t t = first; t <= position; ++t)
          value += weights[static_cast<std::size_t>(t - first)] * at(s.v, t, d);
        out.push_back(value / sum);
      }
    }
  }
  return out;
}

std::vector<float> run(const Kernels& kernels, const Case& c, const Sequence& s, float scale) {
  std::vector<float> out(s.q.size());
  const int group = c.heads / c.kv_heads;
  for (int kv = 0; kv < c.kv_heads; ++kv) {
    AttentionRows rows;
    rows.layer = &s.layer;
    rows.kv_head = kv;
    rows.blocks = s.blocks.data();
    rows.scale = scale;
    rows.softcap = c.softcap;
    rows.window = c.window;
    const auto flush = [&] {
      if (rows.count > 0) kernels.attend(rows);
      rows.count = 0;
    };
    for (std::int64_t row = 0; row < c.length * group; ++row) {
      const std::int64_t token = row / group, head = kv * group + row % group;
      const int r = rows.count++;
      rows.q[r] = s.q.data() + (token * c.heads + head) * c.size;
      rows.out[r] = out.data() + (token * c.heads + head) * c.size;
      rows.position[r] = c.past + token;
      rows.bias[r] =
          c.biased ? s.bias.data() + head * static_cast<std::int64_t>(s.blocks.size()) * kBlockTokens : nullptr;
      if (rows.count == AttentionRows::kMost) flush();
    }
    flush();
  }
  return out;
}

}  // namespace

TEST_CASE("attention over blocks is softmax of the scores", "[ops]") {
  std::mt19937 random(1);
  const Case cases[] = {
      {1, 1, 8, 0, 1, 0, 0, false},   {9, 3, 64, 0, 40, 0, 0, false},   {4, 1, 20, 15, 3, 0, 0, false},
      {8, 8, 32, 31, 1, 0, 0, false}, {6, 2, 16, 100, 5, 7, 0, false},  {2, 1, 80, 5, 30, 16, 20, false},
      {12, 1, 36, 17, 2, 0, 0, true}, {2, 2, 128, 64, 20, 1, 0, false}, {3, 1, 33, 47, 2, 9, 5, true},
  };
  for (const Case& c : cases) {
    for (const CacheFormat format : kFormats) {
      Sequence sequence(c, format, random);
      const AttentionSegment all{0, sequence.total, 0, sequence.blocks};
      store_keys_values(sequence.layer, {&all, 1}, sequence.k.data(), sequence.v.data(), c.kv_heads * c.size);
      const float scale = 1 / std::sqrt(static_cast<float>(c.size));
      const std::vector<double> expected = plain_attention(c, sequence, scale);
      for (const Isa isa : runnable_isas()) {
        INFO("heads " << c.heads << " size " << c.size << " past " << c.past << " " << isa_name(isa));
        const std::vector<float> out = run(kernels_for(isa), c, sequence, scale);
        for (std::size_t i = 0; i < out.size(); ++i) REQUIRE(out[i] == Approx(expected[i]).margin(2e-5));
      }
    }
  }
}

TEST_CASE("a query gives the same alone and among others, to the last bit", "[ops]") {
  std::mt19937 random(2);
  const Case c{6, 2, 40, 21, 30, 0, 0, false};
  for (const CacheFormat format : kFormats) {
    Sequence sequence(c, format, random);
    const AttentionSegment all{0, sequence.total, 0, sequence.blocks};
    store_keys_values(sequence.layer, {&all, 1}, sequence.k.data(), sequence.v.data(), c.kv_heads * c.size);
    ThreadPool pool(2);
    AttentionSettings settings;
    settings.heads = c.heads;
    std::vector<float> together(sequence.q.size()), alone(sequence.q.size());
    const AttentionSegment chunk{0, c.length, c.past, sequence.blocks};
    paged_attention(pool, sequence.layer, {&chunk, 1}, settings, sequence.q.data(), c.heads * c.size, together.data());
    for (std::int64_t i = 0; i < c.length; ++i) {
      const AttentionSegment one{i, 1, c.past + i, sequence.blocks};
      paged_attention(pool, sequence.layer, {&one, 1}, settings, sequence.q.data(), c.heads * c.size, alone.data());
    }
    CHECK(together == alone);
  }
}

TEST_CASE("8 bits keep a value within half a step of its group's largest", "[ops]") {
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  ThreadPool pool(1);
  AttentionSettings settings;
  settings.heads = 1;
  for (const int size : {1, 31, 32, 33, 80, 128}) {
    for (const float scale : {0.0F, 1e-20F, 1.0F, 1e20F}) {
      INFO("size " << size << " scale " << scale);
      const Case c{1, 1, size, 0, 1, 0, 0, false};
      Sequence sequence(c, CacheFormat::kInt8, random);
      for (float& value : sequence.v) value = normal(random) * scale;
      const AttentionSegment all{0, 1, 0, sequence.blocks};
      store_keys_values(sequence.layer, {&all, 1}, sequence.k.data(), sequence.v.data(), size);
      std::vector<float> out(sequence.q.size());  // of one key alone: its value
      paged_attention(pool, sequence.layer, {&all, 1}, settings, sequence.q.data(), size, out.data());
      for (int begin = 0; begin < size; begin += kCacheGroup) {
        const auto group = [&](const std::vector<float>& values) {
          const auto first = values.begin() + begin;
          return std::vector<float>(first, first + std::min(kCacheGroup, size - begin));
        };
        const std::vector<float> wanted = group(sequence.v), found = group(out);
        float largest = 0;
        for (const float value : wanted) largest = std::max(largest, std::fabs(value));
        // The scale, rounded up to bfloat16, is up to 1/128 larger.
        for (std::size_t i = 0; i < wanted.size(); ++i) {
          CHECK(std::fabs(found[i] - wanted[i]) <= largest / 254 * (1 + 1.01F / 128));
        }
      }
    }
  }
}

TEST_CASE("what is not finite stays so in 8 bits, in its own group", "[ops]") {
  std::mt19937 random(4);
  const Case c{1, 1, 48, 0, 1, 0, 0, false};
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    Sequence sequence(c, CacheFormat::kInt8, random);
    sequence.v[5] = bad;
    const AttentionSegment all{0, 1, 0, sequence.blocks};
    store_keys_values(sequence.layer, {&all, 1}, sequence.k.data(), sequence.v.data(), c.size);
    AttentionSettings settings;
    settings.heads = 1;
    ThreadPool pool(1);
    std::vector<float> out(sequence.q.size());
    paged_attention(pool, sequence.layer, {&all, 1}, settings, sequence.q.data(), c.size, out.data());
    for (std::size_t d = 0; d < 48; ++d) CHECK(std::isnan(out[d]) == (d < 32));
  }
}

TEST_CASE("8 bits take about half the bytes of half precision", "[ops]") {
  for (const int size : {64, 80, 128}) {
    const CacheLayer half{nullptr, CacheFormat::kF16, 3, size, 0}, bytes{nullptr, CacheFormat::kInt8, 3, size, 0};
    CHECK(static_cast<double>(bytes.block_bytes()) / static_cast<double>(half.block_bytes()) < 0.54);
  }
}

}  // namespace llmops::ops
