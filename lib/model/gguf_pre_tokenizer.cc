#include "model/gguf_pre_tokenizer.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/spelling.h"

namespace llmops::model {
namespace {

// The rules below are those of the models' own tokenizer.json files.
constexpr const char* kLlama3Pattern =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr const char* kQwen2Pattern =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

/// @param use_regex  cut by GPT-2's pattern as well as mapping bytes to characters
Json byte_level(bool use_regex) {
  return {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", true}, {"use_regex", use_regex}};
}

Json sequence(Json first, Json second) {
  return {{"type", "Sequence"}, {"pretokenizers", Json::array({std::move(first), std::move(second)})}};
}

Json split(const char* pattern) {
  return {{"type", "Split"}, {"pattern", {{"Regex", pattern}}}, {"behavior", "Isolated"}, {"invert", false}};
}

GgufPreTokenizer gpt2() { return {nullptr, byte_level(true), false}; }

/// Digits stand alone, so that numbers are read digit by digit.
GgufPreTokenizer smollm() {
  return {nullptr, sequence({{"type", "Digits"}, {"individual_digits", true}}, byte_level(true)), false};
}

GgufPreTokenizer llama3() { return {nullptr, sequence(split(kLlama3Pattern), byte_level(false)), true}; }

GgufPreTokenizer qwen2() { return {{{"type", "NFC"}}, sequence(split(kQwen2Pattern), byte_level(false)), false}; }

struct Rule {
  const char* name;
  GgufPreTokenizer (*make)();
};

constexpr Rule kRules[] = {
    {"", gpt2},         {"gpt-2", gpt2},      {"smollm", smollm}, {"llama-bpe", llama3},
    {"llama3", llama3}, {"llama-v3", llama3}, {"qwen2", qwen2},   {"deepseek-r1-qwen", qwen2},
};

}  // namespace

GgufPreTokenizer gguf_pre_tokenizer(const std::string& name, const std::string& origin) {
  std::vector<std::string> known;
  for (const Rule& rule : kRules) {
    if (name == rule.name) return rule.make();
    if (rule.name[0] != '\0') known.emplace_back(rule.name);
  }
  throw InputError(fmt::format("{}: 'tokenizer.ggml.pre' is '{}', which is not supported", origin, name),
                   did_you_mean(name, known,
                                "supported are gpt-2, smollm, llama-bpe and qwen2; pull the model in "
                                "Hugging Face layout instead"));
}

}  // namespace llmops::model
