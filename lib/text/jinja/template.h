// A parsed template, ready to render.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "text/jinja/output_trace.h"
#include "text/jinja/parser.h"
#include "text/jinja/value.h"

namespace llmops::text::jinja {

/// Immutable; safe to share between threads.
class Template {
 public:
  /// @throws InputError  "chat_template:3: ..."
  explicit Template(const std::string& source);

  struct Rendered {
    std::string text;
    std::vector<std::pair<std::size_t, std::size_t>> generated;  ///< bytes within {% generation %} blocks
    std::vector<TracedOutput> turns;  ///< what passes of loops wrote for each dict of the variable `messages`
  };
  /// @throws InputError  "chat_template:3: ...", for what the template raises too
  Rendered render(const std::vector<std::pair<std::string, Value>>& variables) const;
  bool has_generation() const { return parsed_.has_generation; }

 private:
  ParsedTemplate parsed_;
};

}  // namespace llmops::text::jinja
