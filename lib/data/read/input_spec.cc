#include "data/read/input_spec.h"

#include <algorithm>
#include <array>

#include "core/error.h"
#include "data/read/encoding.h"
#include "data/read/mapping.h"
#include "data/read/slices.h"

namespace llmops::data {

using config::YamlObject;

namespace {

std::vector<Message> read_turns(YamlObject& object) {
  std::vector<Message> turns;
  for (YamlObject& turn : object.objects("messages")) {
    Message message;
    message.role = read_choice(turn, "role", "user", {"system", "user", "assistant", "tool"});
    turn.required("content", message.content);
    try {
      FieldTemplate parsed(message.content);
    } catch (const ConfigError& error) {
      turn.check(false, "content", std::string("has ") + error.what());
    }
    turns.push_back(std::move(message));
  }
  return turns;
}

// {"field": [...]} or {"field": {...}}
Json read_values(YamlObject& input) {
  Json values = input.json("values");
  if (values.is_null()) return Json::object();
  const auto is_known_set = [](const Json& known) { return known.is_array() || known.is_object(); };
  const bool well_formed = values.is_object() && std::all_of(values.begin(), values.end(), is_known_set);
  input.check(well_formed, "values", "is not a mapping of fields to lists or mappings of values");
  return well_formed ? values : Json::object();
}

Json read_rename(YamlObject& input) {
  Json rename = input.json("rename");
  if (rename.is_null()) return Json::object();
  const bool well_formed =
      rename.is_object() && std::all_of(rename.begin(), rename.end(), [](const Json& to) { return to.is_string(); });
  input.check(well_formed, "rename", "is not a mapping of names to names");
  return well_formed ? rename : Json::object();
}

}  // namespace

bool is_record_key(std::string_view name) {
  constexpr std::array<std::string_view, 5> kKeys = {"id", "text", "messages", "chosen", "rejected"};
  return std::find(kKeys.begin(), kKeys.end(), name) != kKeys.end();
}

std::string read_choice(YamlObject& object, const std::string& key, std::string value,
                        const std::vector<std::string>& words) {
  object.optional(key, value);
  std::string list;
  for (const std::string& word : words) list += (list.empty() ? "'" : ", '") + word + "'";
  object.check(std::find(words.begin(), words.end(), value) != words.end(), key, "is not one of " + list);
  return value;
}

InputSpec read_input(YamlObject& object) {
  InputSpec input;
  object.required("path", input.path);
  object.optional("format", input.format);
  object.check(input.format.empty() || parse_format(input.format).has_value(), "format", "is not a known format",
               "known: jsonl, json, csv, tsv, txt, md, html, pdf, warc, wet, parquet, arrow, sqlite, requests");
  object.optional("encoding", input.encoding);
  object.check(input.encoding == "auto" || find_encoding(input.encoding).has_value(), "encoding",
               "is not a known encoding", "for example auto, utf-8, windows-1252, shift_jis");
  read_table_spec(object, input.table);
  input.records = read_choice(object, "records", input.records, {"file", "paragraph", "line"});
  object.optional("name", input.name);
  object.optional("weight", input.weight);
  object.check(input.weight > 0 && input.weight <= 1000, "weight", "is not above 0 and at most 1000");
  object.optional("keep", input.keep);
  for (const std::string& field : input.keep) {
    object.check(!is_record_key(field), "keep", "has '" + field + "', which is the record's own",
                 "rename it with 'rename'");
  }
  object.optional("id_field", input.id_field);
  object.optional("text_field", input.text_field);
  object.optional("messages_field", input.messages_field);
  input.messages = read_turns(object);
  input.rename = read_rename(object);
  input.values = read_values(object);
  const int mappings = !input.messages.empty() + !input.text_field.empty() + !input.messages_field.empty();
  object.check(mappings <= 1, "path", "has more than one of 'messages', 'messages_field' and 'text_field'");
  return input;
}

Json input_json(const InputSpec& input) {
  Json turns = Json::array();
  for (const Message& turn : input.messages) turns.push_back({{"role", turn.role}, {"content", turn.content}});
  return {{"path", input.path},
          {"name", input.name},
          {"format", input.format},
          {"encoding", input.encoding},
          {"table", table_spec_json(input.table)},
          {"records", input.records},
          {"weight", input.weight},
          {"id_field", input.id_field},
          {"text_field", input.text_field},
          {"messages_field", input.messages_field},
          {"messages", turns},
          {"keep", input.keep},
          {"rename", input.rename},
          {"values", input.values}};
}

}  // namespace llmops::data
