// What follows a primary expression: attributes, indexes, calls, filters and tests.
#include "text/jinja/expression_parser.h"

#include <fmt/format.h>

#include "text/jinja/failure.h"
#include "text/jinja/registry.h"

namespace llmops::text::jinja {

using Type = Token::Type;

ExpressionPtr ExpressionParser::postfix(ExpressionPtr node) {
  while (true) {
    if (tokens_.is_operator(".") || tokens_.is_operator("[")) {
      node = subscript(std::move(node));
    } else if (tokens_.is_operator("(")) {
      node = call_of(std::move(node));
    } else {
      return node;
    }
  }
}

ExpressionPtr ExpressionParser::call_of(ExpressionPtr callee) {
  auto call = make<Call>();
  call->callee = std::move(callee);
  call->arguments = arguments();
  return call;
}

ExpressionPtr ExpressionParser::filter_chain(ExpressionPtr node) {
  while (true) {
    if (tokens_.is_operator("|")) {
      tokens_.next();
      node = filters(std::move(node));
    } else if (tokens_.is_name("is")) {
      node = test(std::move(node));
    } else if (tokens_.is_operator("(")) {
      node = call_of(std::move(node));
    } else {
      return node;
    }
  }
}

std::unique_ptr<Filter> ExpressionParser::filters(ExpressionPtr operand) {
  auto node = make<Filter>();
  node->operand = std::move(operand);
  node->name = tokens_.expect_name();
  while (tokens_.skip_operator(".")) node->name += "." + tokens_.expect_name();
  if (find_filter(node->name) == nullptr) note_unknown("filter", node->name);
  if (tokens_.is_operator("(")) node->arguments = arguments();
  if (!tokens_.skip_operator("|")) return node;
  return filters(std::move(node));
}

ExpressionPtr ExpressionParser::subscript(ExpressionPtr object) {
  if (tokens_.skip_operator(".")) {
    if (tokens_.is(Type::kInteger)) {
      auto node = make<Subscript>();
      auto index = make<Literal>();
      index->value = static_cast<std::int64_t>(std::strtoll(tokens_.next().text.c_str(), nullptr, 10));
      node->object = std::move(object);
      node->index = std::move(index);
      return node;
    }
    auto node = make<Attribute>();
    node->object = std::move(object);
    node->name = tokens_.expect_name();
    return node;
  }
  return subscripted(std::move(object));
}

// "[index]", "[a, b]" (an index that is a tuple) or "[begin:end:step]".
ExpressionPtr ExpressionParser::subscripted(ExpressionPtr object) {
  auto slice = make<SliceOf>();
  auto node = make<Subscript>();
  tokens_.expect_operator("[");
  ExpressionPtr begin = tokens_.is_operator(":") ? nullptr : tokens_.is_operator("]") ? nullptr : expression();
  if (!tokens_.is_operator(":")) {
    auto several = make<Sequence>();
    several->tuple = true;
    const bool single = begin != nullptr && tokens_.is_operator("]");
    if (!single && begin != nullptr) several->items.push_back(std::move(begin));
    while (!tokens_.is_operator("]")) {
      tokens_.expect_operator(",");
      several->items.push_back(expression());
    }
    tokens_.next();
    node->object = std::move(object);
    node->index = single ? std::move(begin) : std::move(several);
    return node;
  }
  tokens_.next();
  slice->object = std::move(object);
  slice->begin = std::move(begin);
  if (!tokens_.is_operator("]") && !tokens_.is_operator(":")) slice->end = expression();
  if (tokens_.skip_operator(":") && !tokens_.is_operator("]")) slice->step = expression();
  tokens_.expect_operator("]");
  return slice;
}

void ExpressionParser::note_unknown(const char* what, const std::string& name) {
  if (!lenient_) unknown_.push_back({fmt::format("No {} named '{}'.", what, name), tokens_.peek().line});
}

void ExpressionParser::check_names() const {
  if (!unknown_.empty()) throw TemplateFailure(unknown_.front().message, unknown_.front().line);
}

ExpressionPtr ExpressionParser::test(ExpressionPtr operand) {
  auto node = make<Test>();
  tokens_.next();
  node->negated = tokens_.skip_name("not");
  node->operand = std::move(operand);
  node->name = tokens_.expect_name();
  while (tokens_.skip_operator(".")) node->name += "." + tokens_.expect_name();
  if (find_test(node->name) == nullptr) note_unknown("test", node->name);
  if (tokens_.is_operator("(")) {
    node->arguments = arguments();
    return node;
  }
  const Token& next = tokens_.peek();
  const bool operand_follows =
      (next.type == Type::kName && next.text != "else" && next.text != "or" && next.text != "and") ||
      next.type == Type::kString || next.type == Type::kInteger || next.type == Type::kFloat ||
      tokens_.is_operator("[") || tokens_.is_operator("{");
  // `x is defined if y`, `x is none is false`: names that are no operand.
  if (operand_follows && tokens_.is_name("is")) tokens_.unexpected();
  if (operand_follows) node->arguments.positional.push_back(postfix(primary()));
  return node;
}

}  // namespace llmops::text::jinja
