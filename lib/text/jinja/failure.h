// What stops a template: Template turns it into an InputError that names the line.
#pragma once

#include <stdexcept>
#include <string>

namespace llmops::text::jinja {

struct TemplateFailure : std::runtime_error {
  explicit TemplateFailure(const std::string& message, int at_line = 0) : std::runtime_error(message), line(at_line) {}
  int line;  ///< 0: the line being evaluated
};

}  // namespace llmops::text::jinja
