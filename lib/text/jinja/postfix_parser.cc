// What follows a primary expression: attributes, indexes, calls, filters and tests.
#include "text/jinja/expression_parser.h"

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
  auto slice = make<SliceOf>();
  auto node = make<Subscript>();
  tokens_.expect_operator("[");
  ExpressionPtr begin = tokens_.is_operator(":") ? nullptr : expression();
  if (!tokens_.is_operator(":")) {
    tokens_.expect_operator("]");
    node->object = std::move(object);
    node->index = std::move(begin);
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

ExpressionPtr ExpressionParser::test(ExpressionPtr operand) {
  auto node = make<Test>();
  tokens_.next();
  node->negated = tokens_.skip_name("not");
  node->operand = std::move(operand);
  node->name = tokens_.expect_name();
  while (tokens_.skip_operator(".")) node->name += "." + tokens_.expect_name();
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
