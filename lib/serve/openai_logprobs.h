// Log-probabilities in the two forms of OpenAI's API.
#pragma once

#include <span>

#include "infer/engine.h"
#include "serve/openai_request.h"

namespace llmops::serve {

/// Chat: {"content": [{"token", "logprob", "bytes", "top_logprobs"}], "refusal": null}. Text completions: {"tokens",
/// "token_logprobs", "top_logprobs", "text_offset"}, the offsets in characters of the answer.
/// A token that is part of a UTF-8 character shows as U+FFFD in "token"; "bytes" are exact.
/// @param offset  characters of the answer before these tokens; moved on past them
Json logprobs_json(Route route, std::span<const infer::TokenLogprob> logprobs, const text::Tokenizer& tokenizer,
                   std::size_t& offset);

}  // namespace llmops::serve
