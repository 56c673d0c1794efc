#include "data/read/field_text.h"

namespace llmops::data {

MaybeText text_of(const Json& row, const std::string& field) {
  const auto found = row.find(field);
  if (found == row.end()) return rejected("missing_field", field);
  if (found->is_string()) return found->get<std::string>();
  if (found->is_number() || found->is_boolean()) return dump_json(*found);
  return rejected("wrong_type", field + ": " + dump_json(*found));
}

MaybeText filtered_text(const Json& row, const std::string& field, const FieldFilter& filter) {
  MaybeText text = text_of(row, field);
  if (auto* found = std::get_if<std::string>(&text)) {
    *found = filter(*found);
    if (found->empty()) return dropped("empty", field);
  }
  return text;
}

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

}  // namespace llmops::data
