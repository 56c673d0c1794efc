// Records of answers that were compared or judged, whatever their spelling: TRL's, LLaMA-Factory's, Alpaca with two
// outputs, and Anthropic's transcripts.
#pragma once

#include <variant>
#include <vector>

#include "train/record_form.h"

namespace llmops::train {

/// A conversation of which only what follows the prompt counts.
struct ChatAnswer {
  Conversation conversation;
  std::size_t prompt_messages = 0;  ///< the first so many
};
using Answer = std::variant<ChatAnswer, Completion>;

struct AnswerPair {
  Answer chosen, rejected;
  double margin = 0;  ///< the record's "margin": how much better the chosen one was found; 0 where it does not say
};

struct JudgedAnswer {
  Answer answer;
  bool desirable = true;
};

/// "chosen" and "rejected" beside a "prompt", "messages", "conversations" or "instruction"; or both with the whole
/// conversation in each, as messages or as a transcript of "\n\nHuman: " and "\n\nAssistant: ". "margin" is a number.
/// @throws InputError  naming record and key
AnswerPair to_pair(const Record& record);

/// An answer with a "label" (true or 1 where it is liked), in any of the forms of record_form.h; or a pair, which is
/// two judged answers.
std::vector<JudgedAnswer> to_judged(const Record& record);

/// The prompt of one with the answer to another. @throws InputError  one is a conversation and the other is not
Answer mismatched(const Answer& prompt, const Answer& answer, const std::string& origin);

}  // namespace llmops::train
