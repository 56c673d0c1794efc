// One step of the inference decoder: what its parts share, and the room they work in.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "model/inference/packed_adapter.h"
#include "model/inference/packed_layer.h"
#include "model/model_config.h"
#include "model/rotary_frequencies.h"
#include "ops/paged_attention.h"
#include "ops/thread_pool.h"

namespace llmops::model {

/// Floats that keep their memory from step to step; what they hold does not outlive the use they were asked for.
class Room {
 public:
  float* of(std::int64_t count) {
    if (values_.size() < static_cast<std::size_t>(count)) values_.resize(static_cast<std::size_t>(count));
    return values_.data();
  }

 private:
  std::vector<float> values_;
};

/// What the heads of each token are multiplied by, (N, R / 2).
struct RotaryRows {
  std::vector<float> cos, sin;
};

/// Some tokens of a step.
struct StepRows {
  const float* values = nullptr;  ///< (count, in) dense
  std::int64_t count = 0;
  std::int64_t decoded = 0;  ///< the first of them
  std::span<const AdapterRun> runs;
};

struct DecoderStep {
  DecoderStep(const ModelConfig& model, ops::ThreadPool& threads) : config(model), pool(threads) {}

  const ModelConfig& config;
  ops::ThreadPool& pool;

  std::int64_t tokens = 0;   ///< N
  std::int64_t decoded = 0;  ///< the first of them, which the model wrote
  std::span<const ops::AttentionSegment> segments;
  std::vector<std::int32_t> segment_of;  ///< (N)
  std::vector<std::int64_t> lengths;     ///< tokens that each segment's sequence may come to
  std::vector<AdapterRun> runs;
  RotaryRows angles, local_angles;  ///< the latter of layers with a window, where they have their own
  const float* key_bias = nullptr;  ///< (H, key_bias_stride), ALiBi; or null
  std::int64_t key_bias_stride = 0;

  Room x;          ///< (N, C), the residual stream
  Room normed;     ///< (N, C), what the next matrices read
  Room qkv;        ///< (N, (H + 2 K) D): queries, keys, values
  Room attended;   ///< (N, H D)
  Room projected;  ///< (N, C), attention's result before its bias
  Room inner;      ///< (N, 2 F): gate, up
  Room activated;  ///< (N, F)
  Room fed;        ///< (N, C), the feed-forward part's result before its bias
  Room router;     ///< (N, E)
  Room gathered, expert_out;

  std::int64_t position(std::int64_t token) const {
    const ops::AttentionSegment& segment =
        segments[static_cast<std::size_t>(segment_of[static_cast<std::size_t>(token)])];
    return segment.past + token - segment.begin;
  }

  /// All tokens. @param values  (N, in)
  StepRows rows(const float* values) const { return {values, tokens, decoded, runs}; }

  /// Each y = rows W^T, and what adapters add; biases are left to whoever reads the rows next.
  /// @param stride  between rows of y
  void multiply(std::span<const LinearJob> jobs, const StepRows& rows, std::int64_t stride);
  void multiply(const PackedLinear& linear, const StepRows& rows, float* y);

  /// body(token), on all threads where that is worth their waking.
  template <typename Body>
  void each_row(std::int64_t rows, const Body& body) {
    constexpr std::int64_t kRowsPerTask = 4;
    if (rows <= kRowsPerTask || pool.size() == 1) {
      for (std::int64_t row = 0; row < rows; ++row) body(row);
      return;
    }
    pool.run((rows + kRowsPerTask - 1) / kRowsPerTask, [&](std::int64_t task, int) {
      const std::int64_t end = std::min(rows, (task + 1) * kRowsPerTask);
      for (std::int64_t row = task * kRowsPerTask; row < end; ++row) body(row);
    });
  }
};

/// row += bias, where the layer has one.
void add_bias(const PackedLinear& linear, float* row);

/// Angles of all tokens; "dynamic" and "longrope" turn each segment by how long its sequence may become.
void fill_angles(DecoderStep& step, const RotaryFrequencies& frequencies, RotaryRows& rows);

/// From step.normed to step.projected; keys and values are stored in `cache`.
void self_attention(DecoderStep& step, const PackedLayer& layer, const LayerOptions& options,
                    const ops::CacheLayer& cache);
/// From step.normed to step.fed.
void feed_forward(DecoderStep& step, const PackedLayer& layer, const LayerOptions& options);

}  // namespace llmops::model
