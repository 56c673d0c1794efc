// A conversation as tokens, and which of them are learnt: by roles, by what messages say of themselves, and by the
// tokens that end turns.
#pragma once

#include "text/chat_template.h"
#include "text/tokenizer.h"
#include "train/chat_data_recipe.h"
#include "train/example.h"
#include "train/record_form.h"

namespace llmops::train {

struct ChatMaskOptions {
  std::size_t first_message = 0;  ///< those before it are not learnt
  bool train_on_inputs = false;   ///< all is learnt but what messages say not to
};

/// As axolotl's `chat_template` datasets have it, but that all the assistant is to produce of a turn is learnt, tool
/// calls and reasoning too, and of other roles the content. A message's `weight` of 0, as in OpenAI's data for
/// finetuning, leaves it out.
/// @throws InputError  naming the message whose place the template hides, or whose word on itself cannot be read
Example mask_conversation(const text::ChatTemplate& chat_template, const text::Tokenizer& tokenizer,
                          const Conversation& conversation, const ChatData& data, const ChatMaskOptions& options);

}  // namespace llmops::train
