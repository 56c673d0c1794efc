// Decoders of tokenizer.json: from a rule to the steps in order.
#include "text/pipeline/token_decoder.h"

#include "text/component.h"
#include "text/pipeline/decoder_steps.h"

namespace llmops::text {
namespace {

MadeDecoder byte_level(const Json&, const std::string&) { return make_byte_level_decoder(); }
MadeDecoder byte_fallback(const Json&, const std::string&) { return make_byte_fallback_decoder(); }
MadeDecoder fuse(const Json&, const std::string&) { return make_fuse_decoder(); }

struct Kind {
  const char* name;
  MadeDecoder (*make)(const Json& rule, const std::string& where);
};

constexpr Kind kKinds[] = {
    {"ByteLevel", byte_level},
    {"ByteFallback", byte_fallback},
    {"Fuse", fuse},
    {"Strip", make_strip_decoder},
    {"Replace", make_replace_decoder},
    {"Metaspace", make_metaspace_decoder},
    {"WordPiece", make_word_piece_decoder},
    {"BPEDecoder", make_bpe_suffix_decoder},
    {"CTC", make_ctc_decoder},
};

void add_steps(const Json& rule, const std::string& origin, int depth, std::vector<MadeDecoder>& steps) {
  const std::string where = origin + ": decoder";
  const auto type = json_get<std::string>(rule, "type", where);
  if (type == "Sequence") {
    for (const Json& part : sequence_parts(rule, "decoders", depth, where)) add_steps(part, origin, depth + 1, steps);
    return;
  }
  std::string names = "Sequence";
  for (const Kind& kind : kKinds) {
    if (type == kind.name) {
      steps.push_back(kind.make(rule, where));
      return;
    }
    names += std::string(", ") + kind.name;
  }
  throw_unsupported(origin, "decoder", type, names);
}

}  // namespace

DecoderStep::~DecoderStep() = default;

TokenDecoder::TokenDecoder(const Json& rule, const std::string& origin) {
  if (rule.is_null()) return;
  add_steps(rule, origin, 0, steps_);
  joins_ = steps_.size() == 1 && rule["type"] == "ByteLevel";
}

std::string TokenDecoder::decode(std::vector<std::string> tokens) const {
  for (const auto& step : steps_) step->apply(tokens);
  std::string text;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (i > 0 && steps_.empty()) text += ' ';
    text += tokens[i];
  }
  return text;
}

std::string TokenDecoder::bytes_of(std::string_view token) const {
  std::string text(token);
  for (const auto& step : steps_) text = step->middle(std::move(text));
  return steps_.empty() ? ' ' + text : text;
}

}  // namespace llmops::text
