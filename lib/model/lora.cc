// Fresh low-rank adapters on a decoder.
#include "model/lora.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/grad_mode.h>
#include <cmath>
#include <set>

#include "core/hash.h"
#include "model/lora_targets.h"
#include "model/saved_modules.h"

namespace llmops::model {
namespace {

/// (r, in), uniform in +-1/sqrt(in): kaiming with a = sqrt 5, as torch initialises a linear layer and peft its A; or
/// normal.
at::Tensor fresh_a(const Json& start, std::int64_t r, std::int64_t in, std::uint64_t seed) {
  const at::Generator random = at::detail::createCPUGenerator(seed);
  const at::Tensor a = at::empty({r, in}, at::kFloat);
  if (start == "gaussian") return at::Tensor(a).normal_(0, 1 / static_cast<double>(r), random);
  const double bound = 1 / std::sqrt(static_cast<double>(in));
  return at::Tensor(a).uniform_(-bound, bound, random);
}

/// Copies what is to be trained whole. @returns the modules those are in
std::set<std::string> attach_saved(Decoder& decoder, const LoraConfig& config) {
  std::set<std::string> modules;
  const bool together = config.ensure_weight_tying && decoder.config().tied_embeddings;
  at::Tensor both;  // an embedding that is the head stays one with `ensure_weight_tying`
  for (const ExpectedTensor& tensor : saved_tensors(decoder.config(), config)) {
    const bool shared = together && (tensor.part == Part::kEmbedding || tensor.part == Part::kHead);
    at::Tensor copy = shared ? both : at::Tensor();
    if (!copy.defined()) {
      copy = decoder.dense_weight(tensor).to(at::kFloat, /*non_blocking=*/false, /*copy=*/true).requires_grad_(true);
      if (shared) both = copy;
    }
    decoder.replace(tensor, copy);
    modules.insert(tensor.name.substr(0, tensor.name.rfind('.')));
  }
  return modules;
}

}  // namespace

void attach_lora(Decoder& decoder, const LoraConfig& config, std::uint64_t seed) {
  const at::NoGradGuard no_grad;
  const std::set<std::string> whole = attach_saved(decoder, config);
  auto linears = decoder.linears();
  std::vector<std::string> names;
  for (const auto& [name, unused] : linears) {
    if (!whole.contains(name)) names.push_back(name);
  }
  const LoraTargets targets(config);
  for (const std::string& name : targets.among(names)) {
    Linear& linear = *linears.at(name);
    const std::int64_t out = linear.out(), in = linear.in(), r = targets.rank(name);
    linear.lora = std::make_shared<Lora>();
    Lora& lora = *linear.lora;
    // Seeded by name, so that a layer starts alike whichever others are trained.
    lora.a = fresh_a(config.init_lora_weights, r, in, xxh3_64(name, seed)).to(decoder.device()).requires_grad_(true);
    lora.b = at::zeros({out, r}, lora.a.options()).requires_grad_(true);
    lora.scale = targets.scale(name);
    lora.dropout = config.lora_dropout;
    if (config.lora_bias) lora.bias = at::zeros({out}, lora.b.options()).requires_grad_(true);
    if (config.use_dora) lora.magnitude = linear.row_lengths().requires_grad_(true);
  }
}

}  // namespace llmops::model
