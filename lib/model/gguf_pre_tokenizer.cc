// What `tokenizer.ggml.pre` stands for.
#include "model/gguf_pre_tokenizer.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/spelling.h"
#include "model/gguf_split_patterns.h"

namespace llmops::model {
namespace {

/// What follows the patterns, if there are any.
enum class Last {
  kGpt2Words,   ///< GPT-2's own pattern, as part of ByteLevel
  kBytes,       ///< ByteLevel without it
  kDigitWords,  ///< digits one by one, then GPT-2's pattern
};

constexpr unsigned kNfc = 1;           ///< normalized to NFC
constexpr unsigned kIgnoreMerges = 2;  ///< GgufPreTokenizer::ignore_merges
constexpr unsigned kAddBos = 4;        ///< GgufPreTokenizer::add_bos

struct Row {
  const char* names;              ///< separated by spaces
  std::vector<const char*> cuts;  ///< patterns, each cutting what the one before left
  Last last = Last::kBytes;
  unsigned flags = 0;
};

// Names as llama.cpp's converter writes them; the rules are those of the models' own tokenizer.json files.
const std::vector<Row>& rows() {
  static const std::vector<Row> table = {
      {"gpt-2 phi-2 jina-es jina-de jina-v2-es jina-v2-de jina-v1-en jina-v2-code roberta-bpe gigachat a.x-4.0 mellum "
       "modern-bert mpt olmo jais trillion granite-docling exaone4",
       {},
       Last::kGpt2Words,
       0},
      {"smollm starcoder refact codeshell exaone minerva-7b mellum2", {}, Last::kDigitWords, 0},
      {"command-r", {}, Last::kDigitWords, kNfc},
      {"default", {kDefaultPunctuation, kGpt2, kNumbers, kThreeDigits}, Last::kBytes, 0},
      {"llama-bpe llama3 llama-v3 falcon3 falcon-h1 pixtral midm-2.0 lfm2 jina-v5-nano",
       {kLlama3},
       Last::kBytes,
       kIgnoreMerges | kAddBos},
      {"dbrx smaug-bpe chatglm-bpe", {kLlama3}, Last::kBytes, 0},
      {"glm4 glm5", {kLlama3}, Last::kBytes, kIgnoreMerges},
      {"qwen2 deepseek-r1-qwen kormo f2llmv2 megrez", {kQwen2}, Last::kBytes, kNfc},
      {"stablelm2 hunyuan solar-open grok-2", {kQwen2}, Last::kBytes, 0},
      {"qwen35", {kQwen35}, Last::kBytes, kNfc},
      {"deepseek-llm",
       {kNewline, kDeepseekLetters, kDeepseekPunctuation, kSpacesAtEnd, kDeepseekCjk, kNumbers},
       Last::kBytes,
       0},
      {"deepseek-coder", {kNewline, kSpacedLetters, kSpacedPunctuation, kDeepseekCjk, kDigit}, Last::kBytes, 0},
      {"deepseek-v3 hunyuan-dense joyai-llm hy_v4", {kUpToThreeDigits, kChineseAndKana, kDeepseek3}, Last::kBytes, 0},
      {"falcon", {kFalconPunctuation, kGpt2, kThreeDigits}, Last::kBytes, 0},
      {"bloom poro-chat gpt3-finnish", {kBloom}, Last::kBytes, 0},
      {"viking", {kBloom, kDigit}, Last::kBytes, 0},
      {"tekken", {kTekken}, Last::kBytes, kIgnoreMerges | kAddBos},
      {"gpt-4o llama4 kanana2 talkie minimax-m2", {kGpt4o}, Last::kBytes, 0},
      {"granite-embed-multi-97m", {kGpt4o}, Last::kBytes, kIgnoreMerges},
      {"tiny_aya cohere2moe", {kGroupsOfThree, kGpt4o}, Last::kBytes, 0},
      {"kimi-k2", {kKimi}, Last::kBytes, 0},
      {"bailingmoe bailingmoe2 llada-moe", {kBailing}, Last::kBytes, 0},
      {"seed-coder", {kSeedCoder}, Last::kBytes, 0},
      {"exaone-moe", {kExaoneMoe}, Last::kBytes, 0},
      {"laguna", {kLines, kQwen2}, Last::kBytes, 0},
      {"jais-2", {kJais2}, Last::kBytes, 0},
      {"spark2_5", {kUpToThreeDigits, kChineseAndKana, kSpark, kDigit}, Last::kBytes, 0},
      {"youtu", {kYoutuScripts, kYoutu}, Last::kBytes, kIgnoreMerges},
      {"chameleon",
       {kChameleonSentinels, kChameleonImages, kTwoOrFourSpaces, kDigit, kPunctuation},
       Last::kGpt2Words,
       kAddBos},
      {"superbpe", {kNumbers, kBeforeThrees}, Last::kBytes, 0},
      {"afmoe", {kNumbersInThrees, kAfmoeScripts, kDeepseek3}, Last::kBytes, 0},
      {"ufakzeka", {kUfakzeka}, Last::kBytes, 0},
      {"minicpm5", {kUpToThreeDigits, kMinicpm5}, Last::kBytes, kIgnoreMerges},
  };
  return table;
}

/// @param use_regex  cut by GPT-2's pattern as well as mapping bytes to characters
Json byte_level(bool use_regex) {
  return {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", true}, {"use_regex", use_regex}};
}

Json split(const char* pattern) {
  return {{"type", "Split"}, {"pattern", {{"Regex", pattern}}}, {"behavior", "Isolated"}, {"invert", false}};
}

GgufPreTokenizer make(const Row& row) {
  Json steps = Json::array();
  for (const char* pattern : row.cuts) steps.push_back(split(pattern));
  if (row.last == Last::kDigitWords) steps.push_back({{"type", "Digits"}, {"individual_digits", true}});
  steps.push_back(byte_level(row.last != Last::kBytes));
  GgufPreTokenizer made;
  if ((row.flags & kNfc) != 0) made.normalizer = {{"type", "NFC"}};
  made.pre_tokenizer = steps.size() == 1 ? steps[0] : Json{{"type", "Sequence"}, {"pretokenizers", steps}};
  made.ignore_merges = (row.flags & kIgnoreMerges) != 0;
  made.add_bos = (row.flags & kAddBos) != 0;
  return made;
}

std::vector<std::string> names_of(const Row& row) {
  std::vector<std::string> names;
  const std::string_view all = row.names;
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = std::min(all.find(' ', at), all.size());
    names.emplace_back(all.substr(at, end - at));
    at = end + 1;
  }
  return names;
}

}  // namespace

GgufPreTokenizer gguf_pre_tokenizer(const std::string& name, const std::string& origin) {
  const std::string wanted = name.empty() ? "default" : name;
  std::vector<std::string> known;
  for (const Row& row : rows()) {
    for (std::string& other : names_of(row)) {
      if (wanted == other) return make(row);
      known.push_back(std::move(other));
    }
  }
  throw InputError(fmt::format("{}: 'tokenizer.ggml.pre' is '{}', which is not supported", origin, name),
                   did_you_mean(name, known,
                                "known are gpt-2, llama-bpe, qwen2, deepseek-v3, tekken, gpt-4o and others; pull the "
                                "model in Hugging Face layout instead"));
}

}  // namespace llmops::model
