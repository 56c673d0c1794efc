// The tokens of a template, read one by one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "text/jinja/lexer.h"

namespace llmops::text::jinja {

class TokenStream {
 public:
  explicit TokenStream(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  const Token& peek(std::size_t ahead = 0) const;
  Token next();
  bool is(Token::Type type) const { return peek().type == type; }
  bool is(Token::Type type, std::string_view text) const { return is(type) && peek().text == text; }
  bool is_operator(std::string_view text) const { return is(Token::Type::kOperator, text); }
  bool is_name(std::string_view text) const { return is(Token::Type::kName, text); }
  bool skip_operator(std::string_view text);
  bool skip_name(std::string_view text);
  void expect_operator(std::string_view text);
  void expect(Token::Type type);
  std::string expect_name();
  /// @throws TemplateFailure  "unexpected 'x'"
  [[noreturn]] void unexpected(std::string_view wanted = "") const;

 private:
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
};

}  // namespace llmops::text::jinja
