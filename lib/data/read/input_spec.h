// The `inputs` section of the recipe: what to read, and how its fields become records.
#pragma once

#include <string>
#include <vector>

#include "config/yaml_reader.h"
#include "data/record.h"
#include "data/tables/table_spec.h"

namespace llmops::data {

/// One source of records. With no mapping at all, a row's own fields decide: messages; prompt with chosen and rejected,
/// or with a completion; instruction, input and output; text.
struct InputSpec {
  std::string path;               ///< file, folder or glob ("raw/**/*.jsonl"); relative to the recipe's folder
  std::string name;               ///< of the source, for `mix` and reports; "": the path
  std::string format;             ///< "jsonl", "csv", ...; "": by the file's extension
  std::string encoding = "auto";  ///< of text: "auto", or a name such as "windows-1252"
  TableSpec table;                ///< which rows and columns of Parquet, Arrow, SQLite and requests
  std::string records = "file";   ///< of txt: "file", "paragraph" or "line" is one record
  double weight = 1;              ///< times its records are taken: 0.5 takes half of them, 2 takes each twice
  std::string id_field;           ///< "": the record's path and line are its id
  std::string text_field;         ///< plain text; "" for none
  std::string messages_field;     ///< a list of {"role", "content"}; "" for none
  std::vector<Message> messages;  ///< turns with {{field}} in their content; empty for none
  std::vector<std::string> keep;  ///< further fields that stay with the record ("url", "language")
  Json rename = Json::object();   ///< {"field in the file": "name in this recipe"}
  /// Checks and translates: {"field": ["allowed", ...]} or {"field": {"found": "wanted", ...}}; others are rejected.
  Json values = Json::object();

  /// Of hf:// inputs, once they are here: where each file lies, and what it is called. Not part of the recipe.
  std::vector<std::pair<std::filesystem::path, std::string>> fetched;

  const std::string& source() const { return name.empty() ? path : name; }
};

/// Names that json() of a record uses itself: "id", "text", "messages", "chosen", "rejected".
bool is_record_key(std::string_view name);

InputSpec read_input(config::YamlObject& object);
Json input_json(const InputSpec& input);

/// One of a few words under `key`, or the problem noted.
std::string read_choice(config::YamlObject& object, const std::string& key, std::string value,
                        const std::vector<std::string>& words);

}  // namespace llmops::data
