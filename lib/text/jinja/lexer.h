// A template's text cut into tokens, with Jinja's rules for white space around tags.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace llmops::text::jinja {

struct Token {
  enum class Type {
    kText,
    kPrintBegin,
    kPrintEnd,
    kTagBegin,
    kTagEnd,
    kName,
    kInteger,
    kFloat,
    kString,
    kOperator,
    kEnd
  };
  Type type = Type::kEnd;
  std::string text;  ///< of a string: what it stands for
  int line = 1;
};

/// As the environment of transformers: trim_blocks and lstrip_blocks on, one newline at the end of the source dropped.
/// @throws TemplateFailure  with the line
std::vector<Token> lex(std::string_view source);

}  // namespace llmops::text::jinja
