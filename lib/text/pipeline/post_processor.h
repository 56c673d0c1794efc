// Post-processors of tokenizer.json: the tokens put around a text, a BOS say.
#pragma once

#include <string>
#include <vector>

#include "core/json.h"
#include "text/bpe/vocabulary.h"
#include "text/tokenizer.h"

namespace llmops::text {

struct PostProcessor {
  std::vector<TokenId> prefix;
  std::vector<TokenId> suffix;
};

/// ByteLevel (which adds nothing), TemplateProcessing, BertProcessing, RobertaProcessing, Sequence.
/// @throws InputError  for another type, or a template naming a token that is not there
PostProcessor make_post_processor(const Json& rule, const Vocabulary& vocabulary, const std::string& origin);

}  // namespace llmops::text
