// The mapping by templates, and the well-known schemas that need none.
#include "data/read/mapping.h"

#include <optional>

#include "core/error.h"

namespace llmops::data {

namespace {

using MaybeText = std::variant<std::string, Loss>;

// Numbers and booleans are text as JSON writes them; a list, an object or null is not.
MaybeText text_of(const Json& row, const std::string& field) {
  const auto found = row.find(field);
  if (found == row.end()) return rejected("missing_field", field);
  if (found->is_string()) return found->get<std::string>();
  if (found->is_number() || found->is_boolean()) return dump_json(*found);
  return rejected("wrong_type", field + ": " + dump_json(*found));
}

MaybeText filtered(const Json& row, const std::string& field, const FieldFilter& filter) {
  MaybeText text = text_of(row, field);
  if (auto* found = std::get_if<std::string>(&text)) {
    *found = filter(*found);
    if (found->empty()) return dropped("empty", field);
  }
  return text;
}

void rename_fields(Json& row, const Json& rename) {
  for (const auto& [from, to] : rename.items()) {
    const auto found = row.find(from);
    if (found == row.end()) continue;
    Json value = std::move(*found);
    row.erase(from);
    row[to.get<std::string>()] = std::move(value);
  }
}

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

std::string as_text(const Json& value) { return value.is_string() ? value.get<std::string>() : dump_json(value); }

// Translates the fields that `values` lists, or names the first whose value it does not know.
std::optional<Loss> check_values(Json& row, const Json& values) {
  for (const auto& [field, known] : values.items()) {
    const MaybeText text = text_of(row, field);
    if (const auto* loss = std::get_if<Loss>(&text)) return *loss;
    const std::string value = trimmed(std::get<std::string>(text));
    bool found = false;
    if (known.is_object()) {
      if (const auto entry = known.find(value); entry != known.end()) {
        row[field] = *entry;
        found = true;
      }
    } else {
      for (const Json& allowed : known) found = found || as_text(allowed) == value;
      row[field] = value;
    }
    if (!found) return rejected("unknown_value", field + ": " + value);
  }
  return std::nullopt;
}

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

std::variant<Record, Loss> map_turns(const Json& row, std::initializer_list<std::pair<const char*, const char*>> fields,
                                     Record record, const FieldFilter& filter) {
  for (const auto& [role, field] : fields) {
    MaybeText text = filtered(row, field, filter);
    if (auto* loss = std::get_if<Loss>(&text)) return *loss;
    record.messages.push_back({role, std::get<std::string>(std::move(text))});
  }
  return record;
}

std::variant<Record, Loss> map_text(const Json& row, const std::string& field, Record record,
                                    const FieldFilter& filter) {
  MaybeText text = filtered(row, field, filter);
  if (auto* loss = std::get_if<Loss>(&text)) return *loss;
  record.text = std::get<std::string>(std::move(text));
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
  if (!answer.is_array()) return filtered(row, field, filter);
  const Json& last = answer.empty() ? answer : answer.back();
  if (!last.is_object() || !last.contains("content")) return rejected("bad_messages", dump_json(answer));
  return filtered(last, "content", filter);
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

// Decides row by row, so that files of mixed schemas are read whole.
std::variant<Record, Loss> map_by_guess(Json row, Record record, const FieldFilter& filter) {
  if (row.contains("chosen") && row.contains("rejected")) return map_pair(std::move(row), std::move(record), filter);
  for (const char* field : {"messages", "conversations"}) {
    if (row.contains(field)) return map_messages(row[field], std::move(record), filter);
  }
  if (row.contains("prompt") && row.contains("completion")) {
    return map_turns(row, {{"user", "prompt"}, {"assistant", "completion"}}, std::move(record), filter);
  }
  if (row.contains("prompt") && row.contains("response")) {
    return map_turns(row, {{"user", "prompt"}, {"assistant", "response"}}, std::move(record), filter);
  }
  if (row.contains("instruction") && row.contains("output"))
    return map_alpaca(std::move(row), std::move(record), filter);
  return map_text(row, "text", std::move(record), filter);
}

}  // namespace

FieldTemplate::FieldTemplate(const std::string& source) {
  std::size_t i = 0;
  while (i < source.size()) {
    const std::size_t open = source.find("{{", i);
    if (open == std::string::npos) break;
    const std::size_t close = source.find("}}", open);
    if (close == std::string::npos) throw ConfigError("'{{' without '}}' in '" + source + "'");
    if (open > i) pieces_.push_back({false, source.substr(i, open - i)});
    pieces_.push_back({true, trimmed(source.substr(open + 2, close - open - 2))});
    i = close + 2;
  }
  if (i < source.size()) pieces_.push_back({false, source.substr(i)});
}

Mapping::Mapping(const InputSpec& input) : input_(input) {
  for (const Message& turn : input.messages) turns_.emplace_back(turn.role, FieldTemplate(turn.content));
}

std::variant<Record, Loss> Mapping::map_templates(const Json& row, Record record, const FieldFilter& filter) const {
  for (const auto& [role, content] : turns_) {
    Message message{role, ""};
    for (const FieldTemplate::Piece& piece : content.pieces()) {
      if (!piece.is_field) {
        message.content += piece.text;
        continue;
      }
      MaybeText text = filtered(row, piece.text, filter);
      if (auto* loss = std::get_if<Loss>(&text)) return *loss;
      message.content += std::get<std::string>(text);
    }
    record.messages.push_back(std::move(message));
  }
  return record;
}

std::variant<Record, Loss> Mapping::map(Json row, const std::string& fallback, const FieldFilter& filter) const {
  rename_fields(row, input_.rename);
  Record record;
  record.id = fallback;
  const auto with_id = [&](Loss loss) {
    loss.id = record.id;
    return loss;
  };
  if (!input_.id_field.empty()) {
    const MaybeText id = text_of(row, input_.id_field);
    if (const auto* loss = std::get_if<Loss>(&id)) return with_id(*loss);
    if (!std::get<std::string>(id).empty()) record.id = std::get<std::string>(id);
  }
  if (auto loss = check_values(row, input_.values)) return with_id(*loss);
  for (const std::string& field : input_.keep) {
    if (const auto found = row.find(field); found != row.end()) record.fields[field] = *found;
  }
  const auto mapped = [&]() -> std::variant<Record, Loss> {
    if (!turns_.empty()) return map_templates(row, record, filter);
    if (!input_.text_field.empty()) return map_text(row, input_.text_field, record, filter);
    if (input_.messages_field.empty()) return map_by_guess(std::move(row), record, filter);
    const auto turns = row.find(input_.messages_field);
    if (turns == row.end()) return rejected("missing_field", input_.messages_field);
    return map_messages(*turns, record, filter);
  }();
  if (const auto* loss = std::get_if<Loss>(&mapped)) return with_id(*loss);
  return mapped;
}

}  // namespace llmops::data
