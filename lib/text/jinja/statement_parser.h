// Statements: blocks of tags, text and prints, by recursive descent.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "text/jinja/expression_parser.h"
#include "text/jinja/parser.h"

namespace llmops::text::jinja {

using StatementPtr = std::unique_ptr<const Statement>;

/// Parses one template. Blocks are in parser.cc, tags in tag_parser.cc, what is assigned to in target_parser.cc.
class StatementParser {
 public:
  explicit StatementParser(std::string_view source) : tokens_(lex(source)), expressions_(tokens_) {}

  ParsedTemplate run();

 private:
  template <typename Node>
  std::unique_ptr<Node> make() const {
    auto node = std::make_unique<Node>();
    node->line = tokens_.peek().line;
    return node;
  }

  // Statements up to a tag that begins with one of `ends`, or with a name that begins none; the tag is left unread.
  Block block(std::initializer_list<std::string_view> ends);
  // The body of a tag, through its end tag.
  Block body_until(std::string_view end, bool inner = true);
  /// The body of a tag that the reference compiles by itself: unknown filters are found before it is run.
  Block inner_body(std::initializer_list<std::string_view> ends);
  Block body_outside_loops(std::string_view end);
  void end_tag(std::string_view end);
  // What stands after the last block of an if or a for.
  void last_end_tag(std::string_view end);
  // Null for a tag that is not known: an end tag in the wrong place, say.
  StatementPtr statement();

  StatementPtr if_tag();
  StatementPtr for_tag();
  StatementPtr set_tag();
  StatementPtr macro_tag();
  StatementPtr call_tag();
  StatementPtr filter_tag();
  StatementPtr with_tag();
  StatementPtr jump_tag();
  StatementPtr print_tag();
  // What follows is not looked at: nothing can be loaded, whatever it says.
  StatementPtr load_tag();
  StatementPtr block_tag();
  StatementPtr generation_tag();

  static bool names(const Target& target, std::string_view name);
  Target single_target();
  Target target();
  std::vector<Parameter> parameters();

  TokenStream tokens_;
  ExpressionParser expressions_;
  Limits depth_;
  std::vector<std::string> blocks_;
  int loops_ = 0;
  bool has_generation_ = false;
};

}  // namespace llmops::text::jinja
