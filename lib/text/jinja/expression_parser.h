// Expressions, by recursive descent in Jinja's order of precedence.
#pragma once

#include "text/jinja/ast.h"
#include "text/jinja/token_stream.h"

namespace llmops::text::jinja {

class ExpressionParser {
 public:
  explicit ExpressionParser(TokenStream& tokens) : tokens_(tokens) {}

  ExpressionPtr expression() { return conditional(true); }
  ExpressionPtr without_conditional() { return disjunction(); }
  /// One expression, or several with commas as a tuple.
  ExpressionPtr tuple(bool with_conditional = true);
  /// "(a, b=c)", from the bracket on.
  CallArguments arguments();
  /// "name(...) | name(...)" on top of what is there; a null operand is the text of a block.
  std::unique_ptr<Filter> filters(ExpressionPtr operand);
  /// From here on, what a macro's body reads is noted in `reads`, until leave_macro().
  void enter_macro(SpecialNames& reads) { macros_.push_back(&reads); }
  void leave_macro() { macros_.pop_back(); }
  /// In a condition's branches an unknown filter or test fails when it is reached, elsewhere before anything runs.
  /// @returns what was set before
  bool set_lenient(bool lenient) { return std::exchange(lenient_, lenient); }
  /// @throws TemplateFailure  for the first unknown filter or test outside of conditions
  void check_names() const;
  ExpressionPtr postfix(ExpressionPtr node);
  ExpressionPtr primary();

 private:
  using Level = ExpressionPtr (ExpressionParser::*)();
  ExpressionPtr conditional(bool allowed);
  ExpressionPtr disjunction();
  ExpressionPtr conjunction();
  ExpressionPtr negation();
  ExpressionPtr comparison();
  ExpressionPtr sum();
  ExpressionPtr concatenation();
  ExpressionPtr product();
  ExpressionPtr power();
  ExpressionPtr unary(bool with_filter = true);
  ExpressionPtr filter_chain(ExpressionPtr node);
  ExpressionPtr binary(Level operand, std::initializer_list<std::string_view> operators);
  ExpressionPtr name_or_constant();
  ExpressionPtr list();
  ExpressionPtr mapping();
  ExpressionPtr call_of(ExpressionPtr callee);
  ExpressionPtr subscript(ExpressionPtr node);
  ExpressionPtr test(ExpressionPtr node);
  ExpressionPtr subscripted(ExpressionPtr object);
  bool at_tuple_end() const;
  void note_unknown(const char* what, const std::string& name);

  template <typename Node>
  std::unique_ptr<Node> make() const {
    auto node = std::make_unique<Node>();
    node->line = tokens_.peek().line;
    return node;
  }

  struct Unknown {
    std::string message;
    int line;
  };

  TokenStream& tokens_;
  std::vector<SpecialNames*> macros_;
  std::vector<Unknown> unknown_;
  bool lenient_ = false;
  Limits depth_;  // the parser recurses too
};

}  // namespace llmops::text::jinja
