// Tokens to the tree of a template: statements.
#include "text/jinja/parser.h"

#include <fmt/format.h>

#include <algorithm>

#include "text/jinja/expression_parser.h"
#include "text/jinja/failure.h"

namespace llmops::text::jinja {
namespace {

using Type = Token::Type;
using StatementPtr = std::unique_ptr<const Statement>;

class Parser {
 public:
  explicit Parser(std::string_view source) : tokens_(lex(source)), expressions_(tokens_) {}

  ParsedTemplate run() {
    ParsedTemplate parsed;
    parsed.body = block({});
    if (!tokens_.is(Type::kEnd)) {
      throw TemplateFailure(fmt::format("unknown tag '{}'", tokens_.peek(1).text), tokens_.peek().line);
    }
    expressions_.check_names();
    parsed.has_generation = has_generation_;
    return parsed;
  }

 private:
  template <typename Node>
  std::unique_ptr<Node> make() const {
    auto node = std::make_unique<Node>();
    node->line = tokens_.peek().line;
    return node;
  }

  // Statements up to a tag that begins with one of `ends`, or with a name that begins none; the tag is left unread.
  Block block(std::initializer_list<std::string_view> ends) {
    const DepthGuard guard(depth_);
    const DepthGuard again(depth_);
    Block statements;
    while (!tokens_.is(Type::kEnd)) {
      if (tokens_.is(Type::kText)) {
        auto text = make<Text>();
        text->text = tokens_.next().text;
        statements.push_back(std::move(text));
      } else if (tokens_.is(Type::kPrintBegin)) {
        auto print = make<Print>();
        tokens_.next();
        print->value = expressions_.tuple();
        tokens_.expect(Type::kPrintEnd);
        statements.push_back(std::move(print));
      } else {
        const std::string& name = tokens_.peek(1).text;
        if (std::find(ends.begin(), ends.end(), name) != ends.end()) return statements;
        StatementPtr parsed = statement();
        if (parsed == nullptr) return statements;
        statements.push_back(std::move(parsed));
      }
    }
    if (ends.size() != 0) {
      throw TemplateFailure(fmt::format("unexpected end of template, expected '{}'", *(ends.end() - 1)),
                            tokens_.peek().line);
    }
    return statements;
  }

  // The body of a tag, through its end tag.
  Block body_until(std::string_view end, bool inner = true) {
    tokens_.expect(Type::kTagEnd);
    Block body = inner ? inner_body({end}) : block({end});
    end_tag(end);
    return body;
  }

  /// The body of a tag that the reference compiles by itself: unknown filters are found before it is run.
  Block inner_body(std::initializer_list<std::string_view> ends) {
    const bool lenient = expressions_.set_lenient(false);
    Block body = block(ends);
    expressions_.set_lenient(lenient);
    return body;
  }

  void end_tag(std::string_view end) {
    tokens_.expect(Type::kTagBegin);
    if (!tokens_.skip_name(end)) tokens_.unexpected(end);
    tokens_.expect(Type::kTagEnd);
  }

  // Null for a tag that is not known: an end tag in the wrong place, say.
  StatementPtr statement() {
    using Parse = StatementPtr (Parser::*)();
    static constexpr std::pair<std::string_view, Parse> kTags[] = {
        {"if", &Parser::if_tag},         {"for", &Parser::for_tag},
        {"set", &Parser::set_tag},       {"macro", &Parser::macro_tag},
        {"call", &Parser::call_tag},     {"filter", &Parser::filter_tag},
        {"with", &Parser::with_tag},     {"break", &Parser::jump_tag},
        {"continue", &Parser::jump_tag}, {"generation", &Parser::generation_tag},
        {"print", &Parser::print_tag},   {"block", &Parser::block_tag},
        {"include", &Parser::load_tag},  {"import", &Parser::load_tag},
        {"from", &Parser::load_tag},     {"extends", &Parser::load_tag}};
    const std::string name = tokens_.peek(1).text;
    for (const auto& [tag, parse] : kTags) {
      if (tag != name || tokens_.peek(1).type != Type::kName) continue;
      tokens_.next();
      return (this->*parse)();
    }
    return nullptr;
  }

  // What stands after the last block of an if or a for.
  void last_end_tag(std::string_view end) {
    if (!tokens_.skip_name(end)) tokens_.unexpected(end);
    tokens_.expect(Type::kTagEnd);
  }

  StatementPtr if_tag() {
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

  StatementPtr for_tag() {
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

  static bool names(const Target& target, std::string_view name) {
    return target.name == name ||
           std::any_of(target.parts.begin(), target.parts.end(), [&](const Target& part) { return names(part, name); });
  }

  Target single_target() {
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

  Target target() {
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

  StatementPtr set_tag() {
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

  std::vector<Parameter> parameters() {
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
        throw TemplateFailure("the special 'caller' argument must be omitted or be given a default",
                              tokens_.peek().line);
      }
      list.push_back(std::move(parameter));
    }
    tokens_.expect_operator(")");
    return list;
  }

  Block body_outside_loops(std::string_view end) {
    const int loops = std::exchange(loops_, 0);
    Block body = body_until(end);
    loops_ = loops;
    return body;
  }

  StatementPtr macro_tag() {
    auto node = make<MacroDefinition>();
    tokens_.next();
    node->name = tokens_.expect_name();
    expressions_.enter_macro(node->reads);
    node->parameters = parameters();
    node->body = body_outside_loops("endmacro");
    expressions_.leave_macro();
    return node;
  }

  StatementPtr call_tag() {
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

  StatementPtr filter_tag() {
    auto node = make<FilterBlock>();
    tokens_.next();
    node->filter = expressions_.filters(nullptr);
    node->body = body_until("endfilter");
    return node;
  }

  StatementPtr with_tag() {
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

  StatementPtr jump_tag() {
    auto node = make<Jump>();
    node->flow = tokens_.next().text == "break" ? Statement::Flow::kBreak : Statement::Flow::kContinue;
    if (loops_ == 0) throw TemplateFailure("break or continue outside of a loop", node->line);
    tokens_.expect(Type::kTagEnd);
    return node;
  }

  StatementPtr print_tag() {
    auto node = make<Print>();  // one value after the other: not a tuple
    auto all = std::make_unique<Concat>();
    tokens_.next();
    do all->parts.push_back(expressions_.expression());
    while (tokens_.skip_operator(","));
    node->value = std::move(all);
    tokens_.expect(Type::kTagEnd);
    return node;
  }

  // What follows is not looked at: nothing can be loaded, whatever it says.
  StatementPtr load_tag() {
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

  StatementPtr block_tag() {
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

  StatementPtr generation_tag() {
    auto node = make<Generation>();
    tokens_.next();
    has_generation_ = true;
    node->body = body_outside_loops("endgeneration");
    return node;
  }

  TokenStream tokens_;
  ExpressionParser expressions_;
  Limits depth_;
  std::vector<std::string> blocks_;
  int loops_ = 0;
  bool has_generation_ = false;
};

}  // namespace

ParsedTemplate parse_template(std::string_view source) { return Parser(source).run(); }

}  // namespace llmops::text::jinja
