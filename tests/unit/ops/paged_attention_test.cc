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
      for (float& value : values) value = std::round(normal(random) * 16) / 16;  // exact in half precision
    };
    fill(k, total * c.kv_heads * c.size);
    fill(v, total * c.kv_heads * c.size);
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
      {12, 1, 36, 17, 2, 0, 0, true}, {2, 2, 128, 64, 20, 1, 0, false},
  };
  for (const Case& c : cases) {
    for (const CacheFormat format : {CacheFormat::kF32, CacheFormat::kF16}) {
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
  const Case c{6, 2, 32, 21, 30, 0, 0, false};
  Sequence sequence(c, CacheFormat::kF16, random);
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

}  // namespace llmops::ops
