// What kind of training record a JSON object is, and what it says, whatever its spelling: Alpaca, OpenAI messages,
// ShareGPT conversations, prompt and completion, or plain text.
#pragma once

#include <optional>
#include <string>

#include "train/chat_data_recipe.h"
#include "train/record_reader.h"

namespace llmops::train {

enum class RecordForm { kAlpaca, kChat, kCompletion };

/// "alpaca", "chat_template", "completion".
const char* record_form_name(RecordForm form);
/// @param type  of the recipe; "" looks at the record
/// @param chat  of the recipe: a field for messages makes records conversations
/// @throws InputError  naming the record's keys where they fit no form
RecordForm record_form(const std::string& type, const Record& first, const ChatData& chat = {});

/// A conversation in OpenAI's form.
struct Conversation {
  Json messages;         ///< array of {"role", "content", ...}
  Json tools = nullptr;  ///< array, or null
};

/// A text whose end is learnt: the prompt may be empty.
struct Completion {
  std::string prompt;
  std::string completion;
};

// What forms are made of; each @throws InputError naming record and key.
/// `tools`: an array, its JSON as a string (as several published sets have it), or null.
Json tools_of(const Record& record);
/// One turn of {"role", ...} or of ShareGPT's {"from", "value"}; or with fields and roles of `chat`'s names.
Json to_message(const Json& turn, const std::string& origin, const ChatData& chat = {});
/// The turns under a key, and the record's "system" before them.
Json conversation_messages(const Record& record, const std::string& key, const ChatData& chat = {});
/// Of Alpaca's "instruction" and "input", and "system".
Json question_messages(const Record& record);

/// From kChat and kAlpaca records. @throws InputError  naming record and key
Conversation to_conversation(RecordForm form, const Record& record, const ChatData& chat = {});
/// From kCompletion and kAlpaca records; the latter under headings, for models without a chat template.
Completion to_completion(RecordForm form, const Record& record);

}  // namespace llmops::train
