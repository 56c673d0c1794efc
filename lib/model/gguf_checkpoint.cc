// Tensors of a GGUF file under their Hugging Face names.
#include "model/gguf_checkpoint.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"

namespace llmops::model {
namespace {

/// Heads whose rows llama.cpp stores permuted; 0 for tensors as they are. Only its llama architecture rotates
/// neighbouring pairs, (0, 1) (2, 3) ..., where Hugging Face rotates (0, D/2) (1, D/2 + 1) ...
int permuted_heads(const ModelConfig& config, const std::string& hf_name) {
  if (config.model_type != "llama") return 0;
  if (hf_name.find(".self_attn.q_proj.") != std::string::npos) return config.heads;
  if (hf_name.find(".self_attn.k_proj.") != std::string::npos) return config.kv_heads;
  return 0;
}

/// Row 2 i + j of each head goes to row j D/2 + i, j = 0, 1.
void unpermute_rows(std::span<float> values, std::size_t rows, std::size_t heads) {
  const std::size_t columns = values.size() / rows;
  const std::size_t head_rows = rows / heads;
  std::vector<float> head(head_rows * columns);
  for (std::size_t h = 0; h < heads; ++h) {
    const std::span<float> block = values.subspan(h * head.size(), head.size());
    for (std::size_t row = 0; row < head_rows; ++row) {
      const std::size_t target = row % 2 * (head_rows / 2) + row / 2;
      std::copy_n(block.begin() + static_cast<std::ptrdiff_t>(row * columns), columns,
                  head.begin() + static_cast<std::ptrdiff_t>(target * columns));
    }
    std::copy(head.begin(), head.end(), block.begin());
  }
}

}  // namespace

void read_gguf_tensor(const Gguf& gguf, const ModelConfig& config, const std::string& hf_name, std::span<float> out) {
  const std::string name = hf_to_gguf_name(hf_name);
  const TensorView* view = name.empty() ? nullptr : gguf.find_tensor(name);
  if (view == nullptr) {
    throw InputError(fmt::format("{}: tensor '{}' is missing", gguf.path().string(), name.empty() ? hf_name : name));
  }
  to_float32(*view, out);
  const int heads = permuted_heads(config, hf_name);
  if (heads == 0) return;
  const auto rows = static_cast<std::size_t>(view->shape.front());
  if (rows != static_cast<std::size_t>(heads) * static_cast<std::size_t>(config.head_size)) {
    throw InputError(fmt::format("{}: tensor '{}' has {} rows, expected {} heads of {}", gguf.path().string(), name,
                                 rows, heads, config.head_size));
  }
  unpermute_rows(out, rows, static_cast<std::size_t>(heads));
}

}  // namespace llmops::model
