// `doc_to_text` and its kin: the name of a document's field, or a Jinja template over its fields.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "core/json.h"

namespace llmops::eval {

class FieldTemplate {
 public:
  /// @param key     the task's key, for errors: "doc_to_text"
  /// @param fields  whether a plain word must be a field's name; without, it is text ("yes" among the choices)
  /// @throws ConfigError  for a template that does not parse
  FieldTemplate(std::string source, std::string key, bool fields = true);
  ~FieldTemplate();
  FieldTemplate(FieldTemplate&&) noexcept;

  bool empty() const;
  /// The value of the field where `source` is the name of one, else the rendered text. A template that is one
  /// expression
  /// ("{{choices}}") gives the expression's value when `as_value`.
  /// @param index  of the document, for errors
  /// @throws InputError  "document 3: ..." for a missing field or a template that fails
  Json value(const Json& document, std::size_t index, bool as_value = false) const;
  /// As text: numbers and others as JSON writes them.
  std::string text(const Json& document, std::size_t index) const;

 private:
  struct Parsed;
  std::unique_ptr<Parsed> parsed_;
};

}  // namespace llmops::eval
