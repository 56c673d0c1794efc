// Tokens to the tree of a template: what is assigned to, and the parameters of macros.
#include <fmt/format.h>

#include <algorithm>

#include "text/jinja/failure.h"
#include "text/jinja/statement_parser.h"

namespace llmops::text::jinja {

using Type = Token::Type;

bool StatementParser::names(const Target& target, std::string_view name) {
  return target.name == name ||
         std::any_of(target.parts.begin(), target.parts.end(), [&](const Target& part) { return names(part, name); });
}

Target StatementParser::single_target() {
  const DepthGuard guard(depth_);
  Target single;
  if (tokens_.skip_operator("(")) {
    single = target();
    tokens_.expect_operator(")");
    return single;
  }
  single.name = tokens_.expect_name();
  static constexpr std::string_view kConstants[] = {"true", "false", "none", "True", "False", "None"};
  if (std::find(std::begin(kConstants), std::end(kConstants), single.name) != std::end(kConstants)) {
    throw TemplateFailure(fmt::format("cannot assign to '{}'", single.name), tokens_.peek().line);
  }
  if (tokens_.skip_operator(".")) single.attribute = tokens_.expect_name();
  return single;
}

Target StatementParser::target() {
  Target first = single_target();
  if (!tokens_.is_operator(",")) return first;
  Target several;
  several.parts.push_back(std::move(first));
  while (tokens_.skip_operator(",") && (tokens_.is(Type::kName) || tokens_.is_operator("(")) &&
         !tokens_.is_name("in")) {
    several.parts.push_back(single_target());
  }
  return several;
}

std::vector<Parameter> StatementParser::parameters() {
  std::vector<Parameter> list;
  tokens_.expect_operator("(");
  while (!tokens_.is_operator(")")) {
    if (!list.empty()) tokens_.expect_operator(",");
    Parameter parameter;
    parameter.name = tokens_.expect_name();
    for (const Parameter& other : list) {
      if (other.name != parameter.name) continue;
      throw TemplateFailure(fmt::format("duplicate argument '{}'", parameter.name), tokens_.peek().line);
    }
    if (tokens_.skip_operator("=")) parameter.fallback = expressions_.expression();
    if (!list.empty() && list.back().fallback != nullptr && parameter.fallback == nullptr) {
      throw TemplateFailure("non-default argument follows default argument", tokens_.peek().line);
    }
    if (parameter.name == "caller" && parameter.fallback == nullptr) {
      throw TemplateFailure("the special 'caller' argument must be omitted or be given a default", tokens_.peek().line);
    }
    list.push_back(std::move(parameter));
  }
  tokens_.expect_operator(")");
  return list;
}

}  // namespace llmops::text::jinja
