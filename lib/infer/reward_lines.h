// `llmops score` with a reward model: what texts are worth, a line of JSON each.
#pragma once

#include "infer/line_answers.h"
#include "infer/reward_model.h"

namespace llmops::infer {

/// Lines are {"messages": [...]} with perhaps "tools" (a conversation, rendered whole by the model's chat template),
/// {"text": "..."} (encoded with what the tokenizer adds; nothing ends it that it does not say) or {"ids": [...]}.
/// Answers: {"reward": 1.25}. Lines that wait are judged together; blank ones are passed over.
LinesReport reward_lines(RewardModel& model, LineSource& lines, const WriteAnswer& write);

}  // namespace llmops::infer
