// Tokens to the tree of a template: a function a tag.
#include <fmt/format.h>

#include <algorithm>

#include "text/jinja/failure.h"
#include "text/jinja/statement_parser.h"

namespace llmops::text::jinja {

using Type = Token::Type;

StatementPtr StatementParser::if_tag() {
  auto node = make<If>();
  tokens_.next();
  const bool lenient = expressions_.set_lenient(true);
  while (true) {
    ExpressionPtr condition = expressions_.tuple(false);
    tokens_.expect(Type::kTagEnd);
    Block body = block({"elif", "else", "endif"});
    node->branches.emplace_back(std::move(condition), std::move(body));
    tokens_.expect(Type::kTagBegin);
    if (tokens_.skip_name("elif")) continue;
    if (tokens_.skip_name("else")) {
      node->otherwise = body_until("endif", /*inner=*/false);
    } else {
      last_end_tag("endif");
    }
    expressions_.set_lenient(lenient);
    return node;
  }
}

StatementPtr StatementParser::for_tag() {
  auto node = make<For>();
  tokens_.next();
  node->target = target();
  if (names(node->target, "loop")) {
    throw TemplateFailure("Can't assign to special loop variable in for-loop target", node->line);
  }
  if (!tokens_.skip_name("in")) tokens_.unexpected("in");
  node->iterable = expressions_.tuple(false);
  if (tokens_.skip_name("if")) node->condition = expressions_.expression();
  node->recursive = tokens_.skip_name("recursive");
  tokens_.expect(Type::kTagEnd);
  ++loops_;
  node->body = inner_body({"else", "endfor"});
  --loops_;
  tokens_.expect(Type::kTagBegin);
  if (tokens_.skip_name("else")) {
    node->otherwise = body_until("endfor");
  } else {
    last_end_tag("endfor");
  }
  return node;
}

StatementPtr StatementParser::set_tag() {
  auto node = make<Set>();
  auto with_block = make<SetBlock>();
  tokens_.next();
  Target assigned = target();
  if (tokens_.skip_operator("=")) {
    node->target = std::move(assigned);
    node->value = expressions_.tuple();
    tokens_.expect(Type::kTagEnd);
    return node;
  }
  with_block->target = std::move(assigned);
  if (tokens_.skip_operator("|")) with_block->filter = expressions_.filters(nullptr);
  with_block->body = body_until("endset");
  return with_block;
}

StatementPtr StatementParser::macro_tag() {
  auto node = make<MacroDefinition>();
  tokens_.next();
  node->name = tokens_.expect_name();
  expressions_.enter_macro(node->reads);
  node->parameters = parameters();
  node->body = body_outside_loops("endmacro");
  expressions_.leave_macro();
  return node;
}

StatementPtr StatementParser::call_tag() {
  auto node = make<CallBlock>();
  tokens_.next();
  node->caller.line = node->line;
  if (tokens_.is_operator("(")) node->caller.parameters = parameters();
  ExpressionPtr call = expressions_.postfix(expressions_.primary());
  if (dynamic_cast<const Call*>(call.get()) == nullptr) throw TemplateFailure("expected call", node->line);
  node->call.reset(static_cast<const Call*>(call.release()));
  expressions_.enter_macro(node->caller.reads);
  node->caller.body = body_outside_loops("endcall");
  expressions_.leave_macro();
  return node;
}

StatementPtr StatementParser::filter_tag() {
  auto node = make<FilterBlock>();
  tokens_.next();
  node->filter = expressions_.filters(nullptr);
  node->body = body_until("endfilter");
  return node;
}

StatementPtr StatementParser::with_tag() {
  auto node = make<With>();
  tokens_.next();
  while (!tokens_.is(Type::kTagEnd)) {
    if (!node->values.empty()) tokens_.expect_operator(",");
    Target assigned = single_target();
    tokens_.expect_operator("=");
    node->values.emplace_back(std::move(assigned), expressions_.expression());
  }
  node->body = body_until("endwith");
  return node;
}

StatementPtr StatementParser::jump_tag() {
  auto node = make<Jump>();
  node->flow = tokens_.next().text == "break" ? Statement::Flow::kBreak : Statement::Flow::kContinue;
  if (loops_ == 0) throw TemplateFailure("break or continue outside of a loop", node->line);
  tokens_.expect(Type::kTagEnd);
  return node;
}

StatementPtr StatementParser::print_tag() {
  auto node = make<Print>();  // one value after the other: not a tuple
  auto all = std::make_unique<Concat>();
  tokens_.next();
  do all->parts.push_back(expressions_.expression());
  while (tokens_.skip_operator(","));
  node->value = std::move(all);
  tokens_.expect(Type::kTagEnd);
  return node;
}

StatementPtr StatementParser::load_tag() {
  auto node = make<Load>();
  node->tag = tokens_.next().text;
  if (tokens_.is(Type::kTagEnd)) tokens_.unexpected("an expression");
  while (!tokens_.is(Type::kTagEnd)) {
    if (tokens_.is(Type::kEnd)) tokens_.unexpected("%}");
    tokens_.next();
  }
  tokens_.expect(Type::kTagEnd);
  return node;
}

StatementPtr StatementParser::block_tag() {
  auto node = make<NamedBlock>();
  tokens_.next();
  node->name = tokens_.expect_name();
  if (std::find(blocks_.begin(), blocks_.end(), node->name) != blocks_.end())
    throw TemplateFailure(fmt::format("block '{}' defined twice", node->name), node->line);
  blocks_.push_back(node->name);
  node->scoped = tokens_.skip_name("scoped");
  if (tokens_.is_name("required"))
    throw TemplateFailure("a required block must be overridden, and nothing can", node->line);
  const int loops = std::exchange(loops_, 0);
  tokens_.expect(Type::kTagEnd);
  node->body = inner_body({"endblock"});
  loops_ = loops;
  tokens_.expect(Type::kTagBegin);
  tokens_.next();
  tokens_.skip_name(node->name);
  tokens_.expect(Type::kTagEnd);
  return node;
}

StatementPtr StatementParser::generation_tag() {
  auto node = make<Generation>();
  tokens_.next();
  has_generation_ = true;
  node->body = body_outside_loops("endgeneration");
  return node;
}

}  // namespace llmops::text::jinja
