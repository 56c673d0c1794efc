#include "data/read/schema.h"

#include <algorithm>
#include <array>
#include <optional>

namespace llmops::data {

namespace {

struct Known {
  const char* name;
  const char* fields;
};

constexpr std::array<Known, 8> kKnown = {{{"text", "text"},
                                          {"messages", "messages: role, content"},
                                          {"sharegpt", "conversations: from, value"},
                                          {"prompt_completion", "prompt -> user; completion -> assistant"},
                                          {"prompt_response", "prompt -> user; response -> assistant"},
                                          {"alpaca", "instruction, input -> user; output -> assistant"},
                                          {"preference", "messages or prompt; chosen; rejected"},
                                          {"template", "as the recipe says"}}};

// OpenAI's names of who speaks, and those of ShareGPT and its kin.
std::optional<std::string> role_of(const std::string& name) {
  constexpr std::pair<std::string_view, const char*> kRoles[] = {
      {"system", "system"}, {"user", "user"},     {"human", "user"},       {"assistant", "assistant"},
      {"gpt", "assistant"}, {"bot", "assistant"}, {"model", "assistant"},  {"function_call", "assistant"},
      {"tool", "tool"},     {"function", "tool"}, {"observation", "tool"}, {"function_response", "tool"}};
  for (const auto& [known, role] : kRoles) {
    if (name == known) return role;
  }
  return std::nullopt;
}

std::variant<Record, Loss> map_turns(const Json& row, std::initializer_list<std::pair<const char*, const char*>> fields,
                                     Record record, const FieldFilter& filter) {
  for (const auto& [role, field] : fields) {
    MaybeText text = filtered_text(row, field, filter);
    if (auto* loss = std::get_if<Loss>(&text)) return *loss;
    record.messages.push_back({role, std::get<std::string>(std::move(text))});
  }
  return record;
}

// Alpaca: the input, where there is one, follows the instruction after an empty line.
std::variant<Record, Loss> map_alpaca(Json row, Record record, const FieldFilter& filter) {
  const auto input = row.find("input");
  if (input != row.end() && input->is_string() && !input->get<std::string>().empty() &&
      row["instruction"].is_string()) {
    row["instruction"] = row["instruction"].get<std::string>() + "\n\n" + input->get<std::string>();
  }
  return map_turns(row, {{"user", "instruction"}, {"assistant", "output"}}, std::move(record), filter);
}

bool has_text(const Json& row, const char* field) { return row.contains(field) && row[field].is_string(); }

// An answer of a preference pair: text, or the turns of which the last is the answer.
MaybeText answer_of(const Json& row, const char* field, const FieldFilter& filter) {
  const Json& answer = row[field];
  if (!answer.is_array()) return filtered_text(row, field, filter);
  const Json& last = answer.empty() ? answer : answer.back();
  if (!last.is_object() || !last.contains("content")) return rejected("bad_messages", dump_json(answer));
  return filtered_text(last, "content", filter);
}

// "\n\nHuman: ...\n\nAssistant: ...", as hh-rlhf writes a whole conversation: its turns, or none.
Json turns_of_transcript(const Json& row, const char* field) {
  constexpr std::string_view kHuman = "\n\nHuman:", kAssistant = "\n\nAssistant:";
  Json turns = Json::array();
  if (!has_text(row, field)) return turns;
  const std::string_view text = row[field].get_ref<const std::string&>();
  if (!text.starts_with(kHuman)) return turns;
  for (std::size_t begin = 0; begin < text.size();) {
    const bool human = text.substr(begin).starts_with(kHuman);
    const std::size_t from = begin + (human ? kHuman : kAssistant).size();
    begin = std::min({text.find(kHuman, from), text.find(kAssistant, from), text.size()});
    turns.push_back(
        {{"role", human ? "user" : "assistant"}, {"content", trimmed(std::string(text.substr(from, begin - from)))}});
  }
  return turns;
}

// The turns both answers follow: messages, or a prompt; where there is neither, all turns of an answer but its last.
std::variant<Record, Loss> map_pair(Json row, Record record, const FieldFilter& filter) {
  for (const char* field : {"chosen", "rejected"}) {
    if (Json turns = turns_of_transcript(row, field); !turns.empty()) row[field] = std::move(turns);
  }
  Json turns = Json::array();
  for (const char* field : {"messages", "conversations", "prompt"}) {
    if (row.contains(field) && row[field].is_array()) turns = row[field];
  }
  for (const char* field : {"prompt", "question", "instruction"}) {
    if (turns.empty() && has_text(row, field)) turns.push_back({{"role", "user"}, {"content", row[field]}});
  }
  if (turns.empty() && row["chosen"].is_array() && row["chosen"].size() > 1) {
    turns = row["chosen"];
    turns.erase(turns.size() - 1);
  }
  if (!turns.empty()) {
    auto mapped = map_messages(turns, std::move(record), filter);
    if (std::holds_alternative<Loss>(mapped)) return mapped;
    record = std::get<Record>(std::move(mapped));
  }
  for (const auto& [field, target] : {std::pair{"chosen", &record.chosen}, {"rejected", &record.rejected}}) {
    // LLaMA-Factory's answers are a turn each.
    const Json turn =
        row[field].is_object() ? Json{{field, row[field].value("value", row[field].value("content", ""))}} : row;
    MaybeText text = answer_of(turn, field, filter);
    if (auto* loss = std::get_if<Loss>(&text)) return *loss;
    *target = std::get<std::string>(std::move(text));
  }
  return record;
}

const Json& turns_field(const Json& row) { return row[row.contains("messages") ? "messages" : "conversations"]; }

}  // namespace

const char* schema_name(Schema schema) { return kKnown[static_cast<std::size_t>(schema)].name; }
const char* schema_fields(std::string_view name) {
  const auto found = std::find_if(kKnown.begin(), kKnown.end(), [&](const Known& known) { return name == known.name; });
  return found == kKnown.end() ? "" : found->fields;
}

Schema guess_schema(const Json& row) {
  const auto has = [&](const char* field) { return row.contains(field); };
  if (has("chosen") && has("rejected")) return Schema::kPair;
  if (has("messages") || has("conversations")) {
    const Json& turns = turns_field(row);
    const bool sharegpt = turns.is_array() && !turns.empty() && turns[0].is_object() && turns[0].contains("from");
    return sharegpt ? Schema::kShareGpt : Schema::kMessages;
  }
  if (has("prompt") && has("completion")) return Schema::kCompletion;
  if (has("prompt") && has("response")) return Schema::kResponse;
  return has("instruction") && has("output") ? Schema::kAlpaca : Schema::kText;
}

std::variant<Record, Loss> map_messages(const Json& turns, Record record, const FieldFilter& filter) {
  if (!turns.is_array() || turns.empty()) return rejected("bad_messages", dump_json(turns));
  for (const Json& turn : turns) {
    // ShareGPT's names beside OpenAI's.
    const bool sharegpt = turn.is_object() && turn.contains("from") && turn.contains("value");
    const char* role_key = sharegpt ? "from" : "role";
    const char* content_key = sharegpt ? "value" : "content";
    if (!turn.is_object() || !turn.contains(role_key) || !turn.contains(content_key) || !turn[role_key].is_string() ||
        !turn[content_key].is_string()) {
      return rejected("bad_messages", dump_json(turn));
    }
    const auto role = role_of(turn[role_key].get<std::string>());
    if (!role.has_value()) return rejected("bad_messages", dump_json(turn));
    record.messages.push_back({*role, filter(turn[content_key].get<std::string>())});
    if (record.messages.back().content.empty()) return dropped("empty", *role);
  }
  return record;
}

std::variant<Record, Loss> map_text(const Json& row, const std::string& field, Record record,
                                    const FieldFilter& filter) {
  MaybeText text = filtered_text(row, field, filter);
  if (auto* loss = std::get_if<Loss>(&text)) return *loss;
  record.text = std::get<std::string>(std::move(text));
  return record;
}

std::variant<Record, Loss> map_schema(Schema schema, Json row, Record record, const FieldFilter& filter) {
  switch (schema) {
    case Schema::kPair: return map_pair(std::move(row), std::move(record), filter);
    case Schema::kMessages:
    case Schema::kShareGpt: return map_messages(turns_field(row), std::move(record), filter);
    case Schema::kCompletion:
      return map_turns(row, {{"user", "prompt"}, {"assistant", "completion"}}, std::move(record), filter);
    case Schema::kResponse:
      return map_turns(row, {{"user", "prompt"}, {"assistant", "response"}}, std::move(record), filter);
    case Schema::kAlpaca: return map_alpaca(std::move(row), std::move(record), filter);
    case Schema::kText:
    case Schema::kTemplate: break;
  }
  return map_text(row, "text", std::move(record), filter);
}

}  // namespace llmops::data
