// The mapping of one input: renamed fields, checked values, templates.
#include "data/read/mapping.h"

#include <fmt/format.h>

#include <optional>

#include "core/error.h"

namespace llmops::data {

namespace {

void rename_fields(Json& row, const Json& rename) {
  for (const auto& [from, to] : rename.items()) {
    const auto found = row.find(from);
    if (found == row.end()) continue;
    Json value = std::move(*found);
    row.erase(from);
    row[to.get<std::string>()] = std::move(value);
  }
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
    if (!found) return rejected("unknown_value", fmt::format("{}: {}", field, value));
  }
  return std::nullopt;
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
      MaybeText text = filtered_text(row, piece.text, filter);
      if (auto* loss = std::get_if<Loss>(&text)) return *loss;
      message.content += std::get<std::string>(text);
    }
    record.messages.push_back(std::move(message));
  }
  return record;
}

Schema Mapping::schema_of(const Json& row) const {
  if (!turns_.empty()) return Schema::kTemplate;
  if (!input_.text_field.empty()) return Schema::kText;
  return input_.messages_field.empty() ? guess_schema(row) : Schema::kMessages;
}

std::optional<Loss> Mapping::begin_record(Json& row, Record& record) const {
  if (!input_.id_field.empty()) {
    const MaybeText id = text_of(row, input_.id_field);
    if (const auto* loss = std::get_if<Loss>(&id)) return *loss;
    if (!std::get<std::string>(id).empty()) record.id = std::get<std::string>(id);
  }
  if (auto loss = check_values(row, input_.values)) return loss;
  for (const std::string& field : input_.keep) {
    if (const auto found = row.find(field); found != row.end()) record.fields[field] = *found;
  }
  return std::nullopt;
}

std::variant<Record, Loss> Mapping::map_record(Schema schema, Json row, Record record,
                                               const FieldFilter& filter) const {
  if (schema == Schema::kTemplate) return map_templates(row, std::move(record), filter);
  if (!input_.text_field.empty()) return map_text(row, input_.text_field, std::move(record), filter);
  if (input_.messages_field.empty()) return map_schema(schema, std::move(row), std::move(record), filter);
  const auto turns = row.find(input_.messages_field);
  if (turns == row.end()) return rejected("missing_field", input_.messages_field);
  return map_messages(*turns, std::move(record), filter);
}

Mapped Mapping::map(Json row, const std::string& fallback, const FieldFilter& filter) const {
  rename_fields(row, input_.rename);
  Record record;
  record.id = fallback;
  const auto lost = [&](Schema schema, Loss loss) {
    loss.id = record.id;
    return Mapped{schema, std::move(loss)};
  };
  if (auto loss = begin_record(row, record)) return lost(Schema::kText, std::move(*loss));
  const Schema schema = schema_of(row);
  auto outcome = map_record(schema, std::move(row), record, filter);
  if (auto* loss = std::get_if<Loss>(&outcome)) return lost(schema, std::move(*loss));
  return {schema, std::move(outcome)};
}

}  // namespace llmops::data
