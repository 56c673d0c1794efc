#include "model/gguf_families.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "core/error.h"
#include "core/spelling.h"
#include "model/family_names.h"

namespace llmops::model {
namespace {

constexpr PartName kPhi3[] = {{Part::kGateUp, "ffn_up"}};
constexpr PartName kFalcon[] = {{Part::kAttentionIn, "attn_norm_2"}, {Part::kMlpIn, "attn_norm"}};

/// The first row of a GGUF name whose `when` holds; writers take the first row of an architecture.
constexpr GgufFamily kFamilies[] = {
    {.gguf = "llama", .architecture = "MixtralForCausalLM", .when = "expert_count", .permuted = true},
    {.gguf = "llama", .architecture = "MistralForCausalLM", .when = "attention.sliding_window", .permuted = true},
    {.gguf = "llama", .architecture = "LlamaForCausalLM", .permuted = true},
    {.gguf = "qwen2", .architecture = "Qwen2ForCausalLM"},
    {.gguf = "qwen3", .architecture = "Qwen3ForCausalLM"},
    {.gguf = "qwen3moe", .architecture = "Qwen3MoeForCausalLM", .fixed = R"({"norm_topk_prob": true})"},
    {.gguf = "smollm3", .architecture = "SmolLM3ForCausalLM", .permuted = true},
    {.gguf = "phi3", .architecture = "Phi3ForCausalLM", .names = kPhi3},
    {.gguf = "gemma", .architecture = "GemmaForCausalLM", .norms_plus_one = true},
    {.gguf = "gemma2", .architecture = "Gemma2ForCausalLM", .norms_plus_one = true},
    {.gguf = "gemma3", .architecture = "Gemma3ForCausalLM", .norms_plus_one = true},
    {.gguf = "granite", .architecture = "GraniteForCausalLM", .permuted = true},
    {.gguf = "olmo", .architecture = "OlmoForCausalLM", .permuted = true},
    {.gguf = "olmo2", .architecture = "Olmo3ForCausalLM", .when = "attention.sliding_window"},
    {.gguf = "olmo2", .architecture = "Olmo2ForCausalLM"},
    {.gguf = "olmoe", .architecture = "OlmoeForCausalLM", .fixed = R"({"norm_topk_prob": false})"},
    {.gguf = "gpt2", .architecture = "GPT2LMHeadModel"},
    {.gguf = "gptneox", .architecture = "GPTNeoXForCausalLM", .regrouped = true},
    {.gguf = "falcon",
     .architecture = "FalconForCausalLM",
     .regrouped = true,
     .names = kFalcon,
     .names_for = &kFalconNewNames},
    {.gguf = "stablelm", .architecture = "StableLmForCausalLM"},
    {.gguf = "command-r", .architecture = "CohereForCausalLM"},
    {.gguf = "starcoder2", .architecture = "Starcoder2ForCausalLM"},
    {.gguf = "phi2", .architecture = "PhiForCausalLM"},
    {.gguf = "bloom", .architecture = "BloomForCausalLM", .regrouped = true},
};

bool holds(const Gguf& gguf, const GgufFamily& family) {
  if (family.when == nullptr) return true;
  const std::string key = fmt::format("{}.{}", family.gguf, family.when);
  return gguf.has(key) && gguf.integer(key) > 0;
}

}  // namespace

const GgufFamily& find_gguf_family(const Gguf& gguf) {
  const std::string name = gguf.string("general.architecture");
  std::vector<std::string> known;
  for (const GgufFamily& family : kFamilies) {
    if (name == family.gguf && holds(gguf, family)) return family;
    if (known.empty() || known.back() != family.gguf) known.emplace_back(family.gguf);
  }
  std::string hint = did_you_mean(name, known);
  if (!hint.empty()) hint += " ";
  throw InputError(fmt::format("{}: architecture '{}' is not supported", gguf.path().string(), name),
                   fmt::format("{}supported are {}", hint, fmt::join(known, ", ")));
}

const GgufFamily* gguf_family_of(const ModelConfig& config) {
  for (const GgufFamily& family : kFamilies) {
    if (config.architecture == family.architecture) return &family;
  }
  return nullptr;
}

}  // namespace llmops::model
