// What "model" of tokenizer.json says beside vocabulary and merges.
#include "text/bpe/bpe_options.h"

namespace llmops::text {

BpeOptions read_bpe_options(const Json& model, const std::string& origin) {
  BpeOptions options;
  options.unknown_token = json_get_or<std::string>(model, "unk_token", "", origin);
  options.fuse_unknown = json_get_or(model, "fuse_unk", false, origin);
  options.byte_fallback = json_get_or(model, "byte_fallback", false, origin);
  options.ignore_merges = json_get_or(model, "ignore_merges", false, origin);
  options.continuing_prefix = json_get_or<std::string>(model, "continuing_subword_prefix", "", origin);
  options.end_of_word_suffix = json_get_or<std::string>(model, "end_of_word_suffix", "", origin);
  return options;
}

Json bpe_options_json(const BpeOptions& options) {
  const auto text_or_null = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
  return {{"type", "BPE"},
          {"dropout", nullptr},
          {"unk_token", text_or_null(options.unknown_token)},
          {"continuing_subword_prefix", text_or_null(options.continuing_prefix)},
          {"end_of_word_suffix", text_or_null(options.end_of_word_suffix)},
          {"fuse_unk", options.fuse_unknown},
          {"byte_fallback", options.byte_fallback},
          {"ignore_merges", options.ignore_merges}};
}

}  // namespace llmops::text
