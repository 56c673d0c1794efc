// Low-rank adapters on a decoder: fresh ones, and merging.
#include "model/lora.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/grad_mode.h>
#include <fmt/format.h>

#include <cmath>
#include <set>

#include "core/error.h"
#include "core/hash.h"
#include "core/spelling.h"

namespace llmops::model {
namespace {

/// (r, in), uniform in +-1/sqrt(in): kaiming with a = sqrt 5, as torch initialises a linear layer and peft its A.
at::Tensor fresh_a(std::int64_t r, std::int64_t in, std::uint64_t seed) {
  const double bound = 1 / std::sqrt(static_cast<double>(in));
  return at::empty({r, in}, at::kFloat).uniform_(-bound, bound, at::detail::createCPUGenerator(seed));
}

}  // namespace

std::vector<std::string> lora_layers(Decoder& decoder, const std::vector<std::string>& targets) {
  std::set<std::string> chosen, short_names;
  const auto linears = decoder.linears();
  for (const auto& [name, unused] : linears) short_names.insert(name.substr(name.rfind('.') + 1));
  for (const std::string& target : targets) {
    bool found = false;
    for (const auto& [name, unused] : linears) {
      if (!lora_target_matches(name, target)) continue;
      chosen.insert(name);
      found = true;
    }
    if (found) continue;
    const std::vector<std::string> known(short_names.begin(), short_names.end());
    std::string list;
    for (const std::string& name : known) list += (list.empty() ? "'" : ", '") + name + "'";
    throw InputError(fmt::format("lora_target_modules: '{}' names no layer of the model", target),
                     did_you_mean(target, known, "its layers are " + list));
  }
  if (targets.empty()) {
    for (const auto& [name, unused] : linears) chosen.insert(name);
  }
  return {chosen.begin(), chosen.end()};
}

void attach_lora(Decoder& decoder, const LoraConfig& config, std::uint64_t seed) {
  const at::NoGradGuard no_grad;
  auto linears = decoder.linears();
  for (const std::string& name : lora_layers(decoder, config.target_modules)) {
    Linear& linear = *linears.at(name);
    auto lora = std::make_shared<Lora>();
    // Seeded by name, so that a layer starts alike whichever others are trained.
    lora->a = fresh_a(config.r, linear.weight.size(1), xxh3_64(name, seed)).requires_grad_(true);
    lora->b = at::zeros({linear.weight.size(0), config.r}, at::kFloat).requires_grad_(true);
    lora->scale = config.scale();
    lora->dropout = config.lora_dropout;
    linear.lora = std::move(lora);
  }
}

void merge_lora(Decoder& decoder) {
  const at::NoGradGuard no_grad;
  for (auto& [name, linear] : decoder.linears()) {
    if (!linear->lora) continue;
    const Lora& lora = *linear->lora;
    linear->weight =
        at::addmm(linear->weight.to(at::kFloat), lora.b, lora.a, 1, lora.scale).to(linear->weight.scalar_type());
    linear->lora.reset();
  }
}

}  // namespace llmops::model
