// Expressions, by recursive descent in Jinja's order of precedence.
#include "text/jinja/expression_parser.h"

#include <fmt/format.h>

#include "text/jinja/failure.h"

namespace llmops::text::jinja {

using Type = Token::Type;

ExpressionPtr ExpressionParser::conditional(bool allowed) {
  // Six levels of descent below this one make a bracket cost more stack than the count of one suggests.
  const DepthGuard guard(depth_);
  const DepthGuard again(depth_);
  const DepthGuard and_again(depth_);
  const std::size_t unknown = unknown_.size();
  ExpressionPtr node = disjunction();
  if (!allowed || !tokens_.is_name("if")) return node;
  unknown_.resize(unknown);
  const bool lenient = set_lenient(true);
  while (tokens_.is_name("if")) {
    auto conditional_node = make<Conditional>();
    tokens_.next();
    conditional_node->then = std::move(node);
    conditional_node->condition = disjunction();
    if (tokens_.skip_name("else")) conditional_node->otherwise = conditional(true);
    node = std::move(conditional_node);
  }
  set_lenient(lenient);
  return node;
}

ExpressionPtr ExpressionParser::disjunction() {
  ExpressionPtr left = conjunction();
  while (tokens_.is_name("or")) {
    auto node = make<Binary>();
    node->op = tokens_.next().text;
    node->left = std::move(left);
    node->right = conjunction();
    left = std::move(node);
  }
  return left;
}

ExpressionPtr ExpressionParser::conjunction() {
  ExpressionPtr left = negation();
  while (tokens_.is_name("and")) {
    auto node = make<Binary>();
    node->op = tokens_.next().text;
    node->left = std::move(left);
    node->right = negation();
    left = std::move(node);
  }
  return left;
}

ExpressionPtr ExpressionParser::negation() {
  if (!tokens_.is_name("not")) return comparison();
  const DepthGuard guard(depth_);
  auto node = make<Unary>();
  node->op = tokens_.next().text;
  node->operand = negation();
  return node;
}

ExpressionPtr ExpressionParser::comparison() {
  auto node = make<Comparison>();
  node->first = sum();
  while (true) {
    static constexpr std::string_view kOperators[] = {"==", "!=", "<=", ">=", "<", ">"};
    std::string op;
    for (const std::string_view known : kOperators) {
      if (tokens_.is_operator(known)) op = known;
    }
    if (tokens_.is_name("in")) op = "in";
    if (tokens_.is_name("not") && tokens_.peek(1).type == Type::kName && tokens_.peek(1).text == "in") {
      tokens_.next();
      op = "not in";
    }
    if (op.empty()) break;
    tokens_.next();
    node->rest.emplace_back(op, sum());
  }
  return node->rest.empty() ? std::move(node->first) : std::move(node);
}

ExpressionPtr ExpressionParser::binary(Level operand, std::initializer_list<std::string_view> operators) {
  ExpressionPtr left = (this->*operand)();
  while (true) {
    bool found = false;
    for (const std::string_view op : operators) found = found || tokens_.is_operator(op);
    if (!found) return left;
    auto node = make<Binary>();
    node->op = tokens_.next().text;
    node->left = std::move(left);
    node->right = (this->*operand)();
    left = std::move(node);
  }
}

ExpressionPtr ExpressionParser::sum() { return binary(&ExpressionParser::concatenation, {"+", "-"}); }

ExpressionPtr ExpressionParser::concatenation() {
  auto node = make<Concat>();
  node->parts.push_back(product());
  while (tokens_.skip_operator("~")) node->parts.push_back(product());
  return node->parts.size() == 1 ? std::move(node->parts[0]) : std::move(node);
}

ExpressionPtr ExpressionParser::product() { return binary(&ExpressionParser::power, {"*", "/", "//", "%"}); }

ExpressionPtr ExpressionParser::power() {
  ExpressionPtr left = unary();
  while (tokens_.is_operator("**")) {
    auto node = make<Binary>();
    node->op = tokens_.next().text;
    node->left = std::move(left);
    node->right = unary();
    left = std::move(node);
  }
  return left;
}

ExpressionPtr ExpressionParser::unary(bool with_filter) {
  const DepthGuard guard(depth_);
  ExpressionPtr node;
  if (tokens_.is_operator("-") || tokens_.is_operator("+")) {
    auto sign = make<Unary>();
    sign->op = tokens_.next().text;
    sign->operand = unary(false);
    node = std::move(sign);
  } else {
    node = primary();
  }
  node = postfix(std::move(node));
  return with_filter ? filter_chain(std::move(node)) : std::move(node);
}

ExpressionPtr ExpressionParser::primary() {
  const Token& token = tokens_.peek();
  if (token.type == Type::kName) return name_or_constant();
  if (token.type == Type::kString) {
    auto node = make<Literal>();
    std::string text;
    while (tokens_.is(Type::kString)) text += tokens_.next().text;
    node->value = text;
    return node;
  }
  if (token.type == Type::kInteger || token.type == Type::kFloat) {
    auto node = make<Literal>();
    const Type token_type = token.type;
    const std::string text = tokens_.next().text;
    node->value = token_type == Type::kFloat ? Value(std::strtod(text.c_str(), nullptr)) : Value::whole_number(text);
    return node;
  }
  if (tokens_.skip_operator("(")) {
    ExpressionPtr node = tuple();
    tokens_.expect_operator(")");
    return node;
  }
  if (tokens_.is_operator("[")) return list();
  if (tokens_.is_operator("{")) return mapping();
  tokens_.unexpected();
}

ExpressionPtr ExpressionParser::name_or_constant() {
  auto constant = make<Literal>();
  auto name = make<Name>();
  const std::string text = tokens_.next().text;
  if (text == "true" || text == "True") constant->value = true;
  if (text == "false" || text == "False") constant->value = false;
  if (text == "none" || text == "None" || constant->value.kind() == Value::Kind::kBool) return constant;
  name->name = text;
  for (SpecialNames* reads : macros_) {
    reads->caller = reads->caller || text == "caller";
    reads->varargs = reads->varargs || text == "varargs";
    reads->kwargs = reads->kwargs || text == "kwargs";
  }
  return name;
}

bool ExpressionParser::at_tuple_end() const {
  return tokens_.is(Type::kTagEnd) || tokens_.is(Type::kPrintEnd) || tokens_.is_operator(")") ||
         tokens_.is_operator("=") || tokens_.is_name("in");
}

ExpressionPtr ExpressionParser::tuple(bool with_conditional) {
  auto node = make<Sequence>();
  node->tuple = true;
  bool comma = false;
  while (!at_tuple_end()) {
    node->items.push_back(conditional(with_conditional));
    if (!tokens_.skip_operator(",")) break;
    comma = true;
  }
  if (node->items.empty() && !tokens_.is_operator(")")) tokens_.unexpected();
  return node->items.size() == 1 && !comma ? std::move(node->items[0]) : std::move(node);
}

ExpressionPtr ExpressionParser::list() {
  auto node = make<Sequence>();
  tokens_.expect_operator("[");
  while (!tokens_.is_operator("]")) {
    if (!node->items.empty()) tokens_.expect_operator(",");
    if (tokens_.is_operator("]")) break;
    node->items.push_back(expression());
  }
  tokens_.expect_operator("]");
  return node;
}

ExpressionPtr ExpressionParser::mapping() {
  auto node = make<Mapping>();
  tokens_.expect_operator("{");
  while (!tokens_.is_operator("}")) {
    if (!node->entries.empty()) tokens_.expect_operator(",");
    if (tokens_.is_operator("}")) break;
    ExpressionPtr key = expression();
    tokens_.expect_operator(":");
    node->entries.emplace_back(std::move(key), expression());
  }
  tokens_.expect_operator("}");
  return node;
}

CallArguments ExpressionParser::arguments() {
  CallArguments arguments;
  tokens_.expect_operator("(");
  bool first = true;
  while (!tokens_.is_operator(")")) {
    if (!first) tokens_.expect_operator(",");
    first = false;
    if (tokens_.is_operator(")")) break;
    if (tokens_.is_operator("*") && arguments.star == nullptr && arguments.double_star == nullptr) {
      tokens_.next();
      arguments.star = expression();
    } else if (tokens_.is_operator("**") && arguments.double_star == nullptr) {
      tokens_.next();
      arguments.double_star = expression();
    } else if (arguments.double_star != nullptr) {
      tokens_.unexpected(")");
    } else if (tokens_.is(Type::kName) && tokens_.peek(1).type == Type::kOperator && tokens_.peek(1).text == "=") {
      std::string name = tokens_.next().text;
      tokens_.next();
      for (const auto& argument : arguments.named) {
        if (argument.first != name) continue;
        throw TemplateFailure(fmt::format("keyword argument repeated: '{}'", name), tokens_.peek().line);
      }
      arguments.named.emplace_back(std::move(name), expression());
    } else {
      if (!arguments.named.empty() || arguments.star != nullptr) tokens_.unexpected("name=");
      arguments.positional.push_back(expression());
    }
  }
  tokens_.expect_operator(")");
  return arguments;
}

}  // namespace llmops::text::jinja
