// JSON Schema to a grammar of the documents that it allows.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "core/json.h"
#include "infer/grammar/json_text.h"
#include "infer/grammar/schema_keywords.h"

namespace llmops::infer::grammar {

/// Reads one document. Every function takes a schema and its JSON pointer, for errors.
class SchemaReader {
 public:
  SchemaReader(const Json& root, GrammarSource::WhiteSpace white_space);

  /// @throws InputError  with the JSON pointer of what is malformed or not supported
  Grammar read();

 private:
  ExprId schema(const Json& schema, const std::string& pointer);
  ExprId of_object(const Json& schema, const std::string& pointer);
  ExprId reference(const Json& schema, const std::string& pointer);
  ExprId all_of(const Json& schema, const std::string& pointer);
  ExprId any_of(const Json& schema, const std::string& key, const std::string& pointer);
  ExprId one_of_values(const Json& schema, const std::string& pointer);
  ExprId of_types(const Json& schema, const std::string& pointer);
  ExprId of_type(SchemaType type, const Json& schema, const std::string& pointer);

  ExprId string(const Json& schema, const std::string& pointer);
  ExprId number(const Json& schema, const std::string& pointer, bool whole);
  ExprId array(const Json& schema, const std::string& pointer);
  ExprId object(const Json& schema, const std::string& pointer);
  ExprId map(const Json& value_schema, const Json& schema, const std::string& pointer);

  /// What "#/$defs/x" points to. @throws InputError  for another document, or nothing there
  const Json& resolve(const Json& reference, const std::string& pointer) const;
  Json without_references(const Json& schema, const std::string& pointer);
  Json merge(const Json& a, const Json& b, const std::string& pointer);

  const Json& root_;
  Grammar grammar_;
  JsonText json_;
  std::map<std::string, RuleId> rules_;  // by what "$ref" says
  struct Pending {
    RuleId rule;
    const Json* schema;
    std::string pointer;
  };
  std::vector<Pending> pending_;
  std::size_t depth_ = 0;
  std::size_t merges_ = 0;
};

/// A count such as minItems. @throws InputError  for what is not a whole number from 0 on
std::uint32_t schema_count(const Json& schema, const char* key, std::uint32_t absent, const std::string& pointer);

}  // namespace llmops::infer::grammar
