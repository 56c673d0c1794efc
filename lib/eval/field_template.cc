// Field names and templates over documents.
#include "eval/field_template.h"

#include <fmt/format.h>

#include "core/error.h"

namespace llmops::eval {

struct FieldTemplate::Parsed {
  std::string source, key;
};

FieldTemplate::FieldTemplate(std::string source, std::string key)
    : parsed_(new Parsed{std::move(source), std::move(key)}) {}
FieldTemplate::~FieldTemplate() = default;
FieldTemplate::FieldTemplate(FieldTemplate&&) noexcept = default;

bool FieldTemplate::empty() const { return parsed_->source.empty(); }

Json FieldTemplate::value(const Json& document, std::size_t, bool) const {
  if (const auto found = document.find(parsed_->source); found != document.end()) return *found;
  return parsed_->source;
}

std::string FieldTemplate::text(const Json& document, std::size_t index) const {
  const Json found = value(document, index);
  return found.is_string() ? found.get<std::string>() : dump_json(found);
}

}  // namespace llmops::eval
