// The tokens of a template, read one by one.
#include "text/jinja/token_stream.h"

#include <fmt/format.h>

#include <algorithm>

#include "text/jinja/failure.h"

namespace llmops::text::jinja {
namespace {

std::string describe(const Token& token) {
  switch (token.type) {
    case Token::Type::kEnd: return "end of template";
    case Token::Type::kTagEnd: return "end of statement block";
    case Token::Type::kPrintEnd: return "end of print statement";
    default: return fmt::format("'{}'", token.text);
  }
}

}  // namespace

const Token& TokenStream::peek(std::size_t ahead) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }

Token TokenStream::next() {
  const Token token = peek();
  if (at_ + 1 < tokens_.size()) ++at_;
  return token;
}

bool TokenStream::skip_operator(std::string_view text) {
  const bool there = is_operator(text);
  if (there) next();
  return there;
}

bool TokenStream::skip_name(std::string_view text) {
  const bool there = is_name(text);
  if (there) next();
  return there;
}

void TokenStream::expect_operator(std::string_view text) {
  if (!skip_operator(text)) unexpected(text);
}

void TokenStream::expect(Token::Type type) {
  if (!is(type)) unexpected(type == Token::Type::kTagEnd ? "%}" : type == Token::Type::kPrintEnd ? "}}" : "");
  next();
}

std::string TokenStream::expect_name() {
  if (!is(Token::Type::kName)) unexpected("a name");
  return next().text;
}

void TokenStream::unexpected(std::string_view wanted) const {
  const std::string expected = wanted.empty() ? "" : fmt::format(", expected '{}'", wanted);
  throw TemplateFailure(fmt::format("unexpected {}{}", describe(peek()), expected), peek().line);
}

}  // namespace llmops::text::jinja
