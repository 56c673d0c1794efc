// `llmops embed`: the vectors of given texts, a line each.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "infer/embedder.h"
#include "infer/line_answers.h"

namespace llmops::infer {

/// What a line gets: its vector, or in place of it {"error": {...}}.
struct EmbedAnswer {
  std::vector<float> embedding;
  Json failure;  ///< null where there is none
};

/// {"embedding": [...]}, with as few digits as give the same float32 again; or the failure.
std::string embed_answer_line(const EmbedAnswer& answer);

/// Lines are {"text": "..."}, or plain texts. Lines that wait are embedded together; of JSON, blank ones are passed
/// over.
/// @param take  gets the answers in the order of the lines, as soon as they are there
/// @throws what Embedder::embed and LineSource::take throw
LinesReport embed_lines(Embedder& embedder, LineSource& lines, bool plain,
                        const std::function<void(EmbedAnswer)>& take);

}  // namespace llmops::infer
