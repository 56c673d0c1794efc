// Reads the forms of training records.
#include "train/record_form.h"

#include <fmt/format.h>

#include "core/error.h"

namespace llmops::train {
namespace {

constexpr const char* kFormsHint =
    "a record has 'messages', 'conversations', 'instruction' and 'output', 'prompt' and 'completion', or 'text'";

bool is_message_list(const Json& record, const std::string& key) {
  return record.contains(key) && record[key].is_array();
}

std::string text_of(const Record& record, const char* key) {
  return json_get<std::string>(record.value, key, record.origin);
}

std::string alpaca_question(const Record& record) {
  const std::string input = json_get_or<std::string>(record.value, "input", "", record.origin);
  const std::string instruction = text_of(record, "instruction");
  return input.empty() ? instruction : instruction + "\n\n" + input;
}

/// The system message that a record keeps beside its turns, before them.
Json with_system(const Record& record, Json turns) {
  const auto system = json_get_or<std::string>(record.value, "system", "", record.origin);
  if (!system.empty()) turns.insert(turns.begin(), Json{{"role", "system"}, {"content", system}});
  return turns;
}

}  // namespace

Json tools_of(const Record& record) {
  const auto found = record.value.find("tools");
  if (found == record.value.end() || found->is_null()) return nullptr;
  if (!found->is_string()) return *found;
  const std::string text = found->get<std::string>();
  return text.find_first_not_of(" \t\r\n") == std::string::npos ? Json(nullptr)
                                                                : parse_json(text, record.origin + ": 'tools'");
}

Json to_message(const Json& turn, const std::string& origin, const ChatData& chat) {
  if (chat.message_fields.empty() && chat.roles.empty()) {
    if (turn.is_object() && turn.contains("role")) return turn;
    return {{"role", chat.role(json_get<std::string>(turn, "from", origin))},
            {"content", json_get<std::string>(turn, "value", origin)}};
  }
  Json message = turn;
  for (const auto& [ours, theirs] : chat.message_fields) {
    if (ours == theirs || !turn.is_object() || !turn.contains(theirs)) continue;
    message.erase(theirs);
    message[ours] = turn[theirs];
  }
  const auto field = chat.message_fields.find("role");
  const auto role =
      json_get<std::string>(turn, field == chat.message_fields.end() ? "role" : field->second.c_str(), origin);
  message["role"] = chat.role(role);
  return message;
}

Json conversation_messages(const Record& record, const std::string& key, const ChatData& chat) {
  Json messages = Json::array();
  for (const Json& turn : record.value[key]) messages.push_back(to_message(turn, record.origin, chat));
  return with_system(record, std::move(messages));
}

Json question_messages(const Record& record) {
  return with_system(record, Json::array({{{"role", "user"}, {"content", alpaca_question(record)}}}));
}

const char* record_form_name(RecordForm form) {
  if (form == RecordForm::kAlpaca) return "alpaca";
  return form == RecordForm::kChat ? "chat_template" : "completion";
}

RecordForm record_form(const std::string& type, const Record& first, const ChatData& chat) {
  if (type == "alpaca") return RecordForm::kAlpaca;
  if (type == "chat_template" || !chat.field_messages.empty()) return RecordForm::kChat;
  if (type == "completion") return RecordForm::kCompletion;
  const Json& record = first.value;
  if (is_message_list(record, "messages") || is_message_list(record, "conversations")) return RecordForm::kChat;
  if (is_message_list(record, "prompt") && is_message_list(record, "completion")) return RecordForm::kChat;
  if (record.contains("instruction") && record.contains("output")) return RecordForm::kAlpaca;
  if (record.contains("text") || (record.contains("prompt") && record.contains("completion"))) {
    return RecordForm::kCompletion;
  }
  std::string keys;
  for (const auto& [key, unused] : record.items()) keys += (keys.empty() ? "'" : ", '") + key + "'";
  throw InputError(fmt::format("{}: keys {} fit no known form", first.origin, keys.empty() ? "(none)" : keys),
                   kFormsHint);
}

Conversation to_conversation(RecordForm form, const Record& record, const ChatData& chat) {
  Conversation conversation;
  conversation.tools = tools_of(record);
  if (form == RecordForm::kAlpaca) {
    conversation.messages = question_messages(record);
    conversation.messages.push_back({{"role", "assistant"}, {"content", text_of(record, "output")}});
  } else if (!chat.field_messages.empty()) {
    if (!is_message_list(record.value, chat.field_messages)) {
      throw InputError(fmt::format("{}: '{}' is no list of messages", record.origin, chat.field_messages),
                       "the dataset's 'field_messages' names the key that holds the conversation");
    }
    conversation.messages = conversation_messages(record, chat.field_messages, chat);
  } else if (is_message_list(record.value, "messages") && chat.message_fields.empty() && chat.roles.empty()) {
    conversation.messages = record.value["messages"];
  } else if (is_message_list(record.value, "messages")) {
    conversation.messages = conversation_messages(record, "messages", chat);
  } else if (is_message_list(record.value, "conversations")) {
    conversation.messages = conversation_messages(record, "conversations", chat);
  } else if (is_message_list(record.value, "prompt") && is_message_list(record.value, "completion")) {
    conversation.messages = record.value["prompt"];
    for (const Json& message : record.value["completion"]) conversation.messages.push_back(message);
  } else {
    throw InputError(fmt::format("{}: 'messages' is missing", record.origin), kFormsHint);
  }
  return conversation;
}

Completion to_completion(RecordForm form, const Record& record) {
  if (form == RecordForm::kAlpaca) {
    return {fmt::format("### Instruction:\n{}\n\n### Response:\n", alpaca_question(record)), text_of(record, "output")};
  }
  if (record.value.contains("prompt")) return {text_of(record, "prompt"), text_of(record, "completion")};
  return {"", text_of(record, "text")};
}

}  // namespace llmops::train
