// Low-rank adapters beside packed weights: several at a time, each for the tokens that ask for it.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "model/inference/packed_layer.h"
#include "model/lora_weights.h"
#include "ops/activations.h"
#include "ops/thread_pool.h"

namespace llmops::model {

/// y = factor * (y + scale * B (A x)) + bias, float32.
struct PackedLora {
  ops::PackedMatrix a;  ///< (r, in); none for a layer without an adapter
  ops::PackedMatrix b;  ///< (out, r)
  float scale = 1;
  std::vector<float> factor;  ///< (out), DoRA's, of the weights as packed; or empty
  std::vector<float> bias;    ///< (out), or empty
};

struct PackedAdapter {
  std::string path;
  std::vector<PackedLora> layers;  ///< by PackedLinear::index
};

/// @param weight  (out, in) of the layer: DoRA's factor is worked out from its rows, as the kernels see them
PackedLora pack_adapter(const LoraWeights& lora, const ops::PackedMatrix& weight, ops::ThreadPool& pool);

/// Neighbouring tokens of one adapter.
struct AdapterRun {
  std::int64_t begin = 0, length = 0;
  const PackedAdapter* adapter = nullptr;  ///< never null: tokens without one are in no run
};

/// One linear layer of those that read the same x.
struct LinearJob {
  const PackedLinear* linear = nullptr;
  float* y = nullptr;  ///< (N, out)
};

/// Adds to each y what the adapters of its tokens say.
/// @param x  (N, in) dense @param stride  between rows of y, in floats
void add_adapters(ops::ThreadPool& pool, std::span<const LinearJob> jobs, std::span<const AdapterRun> runs,
                  const ops::ActivationView& x, std::int64_t stride);

}  // namespace llmops::model
