// Log-probabilities in the two forms of OpenAI's API.
#pragma once

#include <vector>

#include "infer/engine.h"
#include "serve/openai_request.h"

namespace llmops::serve {

/// Chat: {"content": [{"token", "logprob", "bytes", "top_logprobs"}], "refusal": null}. Text completions: {"tokens",
/// "token_logprobs", "top_logprobs", "text_offset"}, the offsets in characters of the answer.
/// A token that is part of a UTF-8 character shows as U+FFFD in "token"; "bytes" are exact.
Json logprobs_json(Route route, const std::vector<infer::TokenLogprob>& logprobs, const text::Tokenizer& tokenizer);

}  // namespace llmops::serve
