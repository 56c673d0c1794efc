// Tokens to the tree of a template: blocks of statements, and which tag is which.
#include <fmt/format.h>

#include <algorithm>

#include "text/jinja/failure.h"
#include "text/jinja/statement_parser.h"

namespace llmops::text::jinja {

using Type = Token::Type;

ParsedTemplate StatementParser::run() {
  ParsedTemplate parsed;
  parsed.body = block({});
  if (!tokens_.is(Type::kEnd)) {
    throw TemplateFailure(fmt::format("unknown tag '{}'", tokens_.peek(1).text), tokens_.peek().line);
  }
  expressions_.check_names();
  parsed.has_generation = has_generation_;
  return parsed;
}

Block StatementParser::block(std::initializer_list<std::string_view> ends) {
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

Block StatementParser::body_until(std::string_view end, bool inner) {
  tokens_.expect(Type::kTagEnd);
  Block body = inner ? inner_body({end}) : block({end});
  end_tag(end);
  return body;
}

Block StatementParser::inner_body(std::initializer_list<std::string_view> ends) {
  const bool lenient = expressions_.set_lenient(false);
  Block body = block(ends);
  expressions_.set_lenient(lenient);
  return body;
}

Block StatementParser::body_outside_loops(std::string_view end) {
  const int loops = std::exchange(loops_, 0);
  Block body = body_until(end);
  loops_ = loops;
  return body;
}

void StatementParser::end_tag(std::string_view end) {
  tokens_.expect(Type::kTagBegin);
  if (!tokens_.skip_name(end)) tokens_.unexpected(end);
  tokens_.expect(Type::kTagEnd);
}

void StatementParser::last_end_tag(std::string_view end) {
  if (!tokens_.skip_name(end)) tokens_.unexpected(end);
  tokens_.expect(Type::kTagEnd);
}

StatementPtr StatementParser::statement() {
  using Parse = StatementPtr (StatementParser::*)();
  static constexpr std::pair<std::string_view, Parse> kTags[] = {
      {"if", &StatementParser::if_tag},         {"for", &StatementParser::for_tag},
      {"set", &StatementParser::set_tag},       {"macro", &StatementParser::macro_tag},
      {"call", &StatementParser::call_tag},     {"filter", &StatementParser::filter_tag},
      {"with", &StatementParser::with_tag},     {"break", &StatementParser::jump_tag},
      {"continue", &StatementParser::jump_tag}, {"generation", &StatementParser::generation_tag},
      {"print", &StatementParser::print_tag},   {"block", &StatementParser::block_tag},
      {"include", &StatementParser::load_tag},  {"import", &StatementParser::load_tag},
      {"from", &StatementParser::load_tag},     {"extends", &StatementParser::load_tag}};
  const std::string name = tokens_.peek(1).text;
  for (const auto& [tag, parse] : kTags) {
    if (tag != name || tokens_.peek(1).type != Type::kName) continue;
    tokens_.next();
    return (this->*parse)();
  }
  return nullptr;
}

ParsedTemplate parse_template(std::string_view source) { return StatementParser(source).run(); }

}  // namespace llmops::text::jinja
