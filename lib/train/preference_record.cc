// Reads the forms of preference records.
#include "train/preference_record.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"

namespace llmops::train {
namespace {

constexpr const char* kPairHint =
    R"(a pair is {"prompt": ..., "chosen": ..., "rejected": ...}, each a text or a list of messages)";

bool is_answer(const Json& message) { return message.is_object() && message.value("role", "") == "assistant"; }

/// Anthropic's transcripts as messages; null where the text is none.
Json from_transcript(const std::string& text) {
  constexpr std::pair<std::string_view, const char*> kSpeakers[] = {{"\n\nHuman: ", "user"},
                                                                    {"\n\nAssistant: ", "assistant"}};
  Json messages = Json::array();
  std::size_t at = 0;
  while (at < text.size()) {
    const auto speaker = std::find_if(std::begin(kSpeakers), std::end(kSpeakers), [&](const auto& known) {
      return text.compare(at, known.first.size(), known.first) == 0;
    });
    if (speaker == std::end(kSpeakers)) return nullptr;
    at += speaker->first.size();
    const std::size_t end = std::min(text.find(kSpeakers[0].first, at), text.find(kSpeakers[1].first, at));
    messages.push_back({{"role", speaker->second}, {"content", text.substr(at, end - at)}});
    at = std::min(end, text.size());
  }
  return messages;
}

/// An answer as messages: a list, one message, or the assistant's words.
Json answer_messages(const Record& record, const Json& value) {
  Json messages = Json::array();
  if (value.is_string()) {
    messages.push_back({{"role", "assistant"}, {"content", value}});
  } else if (value.is_object()) {
    messages.push_back(to_message(value, record.origin));
  } else {
    for (const Json& turn : value) messages.push_back(to_message(turn, record.origin));
  }
  return messages;
}

ChatAnswer append(Conversation prompt, const Json& answer) {
  const std::size_t count = prompt.messages.size();
  for (const Json& message : answer) prompt.messages.push_back(message);
  return {std::move(prompt), count};
}

Json part_of(const Json& messages, std::size_t from, std::size_t to) {
  Json part = Json::array();
  for (std::size_t i = from; i < to; ++i) part.push_back(messages[i]);
  return part;
}

/// Both hold the whole conversation: what they share is the prompt.
AnswerPair from_whole(const Record& record, const Json& chosen, const Json& rejected) {
  std::size_t shared = 0;
  while (shared < chosen.size() && shared < rejected.size() && chosen[shared] == rejected[shared]) ++shared;
  if (shared == chosen.size() || shared == rejected.size()) {
    throw InputError(fmt::format("{}: 'chosen' and 'rejected' do not end in different answers", record.origin),
                     kPairHint);
  }
  const Conversation prompt{part_of(chosen, 0, shared), tools_of(record)};
  return {append(prompt, part_of(chosen, shared, chosen.size())),
          append(prompt, part_of(rejected, shared, rejected.size()))};
}

/// What the answers follow, as messages; null where it is a plain text, or absent.
Json prompt_messages(const Record& record) {
  const Json& value = record.value;
  if (value.contains("instruction")) return question_messages(record);
  for (const char* key : {"prompt", "messages", "conversations"}) {
    if (value.contains(key) && value[key].is_array()) return conversation_messages(record, key);
  }
  return nullptr;
}

Answer answer_after(const Record& record, const Json& messages, const char* key) {
  const Json& value = record.value[key];
  if (!messages.is_null()) return append({messages, tools_of(record)}, answer_messages(record, value));
  return Completion{json_get<std::string>(record.value, "prompt", record.origin),
                    json_get<std::string>(record.value, key, record.origin)};
}

bool label_of(const Record& record) {
  const Json& label = record.value["label"];
  if (label.is_boolean()) return label.get<bool>();
  if (label.is_number_integer() && (label == 0 || label == 1)) return label == 1;
  throw InputError(fmt::format("{}: 'label' is {}, expected true or false", record.origin, label.dump()));
}

}  // namespace

AnswerPair to_pair(const Record& record) {
  const Json& value = record.value;
  for (const char* key : {"chosen", "rejected"}) {
    if (!value.contains(key)) throw InputError(fmt::format("{}: '{}' is missing", record.origin, key), kPairHint);
  }
  const auto margin = json_get_or<double>(value, "margin", 0, record.origin);
  const Json messages = prompt_messages(record);
  if (!messages.is_null() || value.contains("prompt")) {
    return {answer_after(record, messages, "chosen"), answer_after(record, messages, "rejected"), margin};
  }
  Json whole[2];
  for (const int side : {0, 1}) {
    const Json& text = value[side == 0 ? "chosen" : "rejected"];
    whole[side] = text.is_string() ? from_transcript(text.get<std::string>()) : answer_messages(record, text);
    if (whole[side].is_null()) {
      throw InputError(fmt::format("{}: 'prompt' is missing, and 'chosen' is no conversation", record.origin),
                       kPairHint);
    }
  }
  AnswerPair pair = from_whole(record, whole[0], whole[1]);
  pair.margin = margin;
  return pair;
}

std::vector<JudgedAnswer> to_judged(const Record& record) {
  if (!record.value.contains("label")) {
    if (!record.value.contains("chosen")) {
      throw InputError(fmt::format("{}: 'label' is missing", record.origin),
                       R"(KTO reads an answer with "label": true or false, or a pair of "chosen" and "rejected")");
    }
    AnswerPair pair = to_pair(record);
    return {{std::move(pair.chosen), true}, {std::move(pair.rejected), false}};
  }
  const bool desirable = label_of(record);
  const RecordForm form = record_form("", record);
  if (form == RecordForm::kCompletion) return {{to_completion(form, record), desirable}};
  ChatAnswer chat{to_conversation(form, record), 0};
  const Json& messages = chat.conversation.messages;
  const auto last = std::find_if(messages.rbegin(), messages.rend(), is_answer);
  if (last == messages.rend()) {
    throw InputError(fmt::format("{}: no message of the assistant to judge", record.origin));
  }
  chat.prompt_messages = static_cast<std::size_t>(messages.rend() - last - 1);
  return {{std::move(chat), desirable}};
}

Answer mismatched(const Answer& prompt, const Answer& answer, const std::string& origin) {
  if (prompt.index() != answer.index()) {
    throw InputError(
        fmt::format("{}: the records before are conversations and this one is a text, or the reverse", origin),
        "keep the two in files of their own");
  }
  if (const auto* text = std::get_if<Completion>(&prompt)) {
    return Completion{text->prompt, std::get<Completion>(answer).completion};
  }
  const auto& asked = std::get<ChatAnswer>(prompt);
  const auto& given = std::get<ChatAnswer>(answer);
  const Json& messages = given.conversation.messages;
  return append({part_of(asked.conversation.messages, 0, asked.prompt_messages), asked.conversation.tools},
                part_of(messages, given.prompt_messages, messages.size()));
}

}  // namespace llmops::train
