// The tree of a template. Nodes evaluate themselves (expressions.cc, statements.cc).
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "text/jinja/value.h"

namespace llmops::text::jinja {

class Scope;

struct Expression {
  int line = 0;
  virtual ~Expression();
  /// Sets the current line, counts a step and a level of nesting, then evaluates.
  Value evaluate(Interpreter& interpreter, Scope& scope) const;

 protected:
  virtual Value compute(Interpreter& interpreter, Scope& scope) const = 0;
};
using ExpressionPtr = std::unique_ptr<const Expression>;

struct Statement {
  int line = 0;
  virtual ~Statement();
  /// What stops the statements after this one.
  enum class Flow { kNext, kBreak, kContinue };
  Flow execute(Interpreter& interpreter, Scope& scope) const;

 protected:
  virtual Flow run(Interpreter& interpreter, Scope& scope) const = 0;
};
using Block = std::vector<std::unique_ptr<const Statement>>;

#define LLMOPS_JINJA_EXPRESSION Value compute(Interpreter& interpreter, Scope& scope) const override
#define LLMOPS_JINJA_STATEMENT Flow run(Interpreter& interpreter, Scope& scope) const override

struct Literal : Expression {
  Value value;
  LLMOPS_JINJA_EXPRESSION;
};

struct Name : Expression {
  std::string name;
  LLMOPS_JINJA_EXPRESSION;
};

struct Sequence : Expression {  // [a, b] or (a, b)
  bool tuple = false;
  std::vector<ExpressionPtr> items;
  LLMOPS_JINJA_EXPRESSION;
};

struct Mapping : Expression {  // {a: b}
  std::vector<std::pair<ExpressionPtr, ExpressionPtr>> entries;
  LLMOPS_JINJA_EXPRESSION;
};

struct Attribute : Expression {  // a.b
  ExpressionPtr object;
  std::string name;
  LLMOPS_JINJA_EXPRESSION;
};

struct Subscript : Expression {  // a[b]
  ExpressionPtr object, index;
  LLMOPS_JINJA_EXPRESSION;
};

struct SliceOf : Expression {  // a[b:c:d]; absent parts are null
  ExpressionPtr object, begin, end, step;
  LLMOPS_JINJA_EXPRESSION;
};

struct CallArguments {
  std::vector<ExpressionPtr> positional;
  std::vector<std::pair<std::string, ExpressionPtr>> named;
  ExpressionPtr star, double_star;  // *a, **b; null when absent
};

struct Call : Expression {
  ExpressionPtr callee;
  CallArguments arguments;
  LLMOPS_JINJA_EXPRESSION;
};

struct Filter : Expression {  // operand | name(...); a null operand is the text of a filter block
  ExpressionPtr operand;
  std::string name;
  CallArguments arguments;
  LLMOPS_JINJA_EXPRESSION;
};

struct Test : Expression {  // operand is [not] name(...)
  ExpressionPtr operand;
  std::string name;
  bool negated = false;
  CallArguments arguments;
  LLMOPS_JINJA_EXPRESSION;
};

struct Unary : Expression {  // "-", "+", "not"
  std::string op;
  ExpressionPtr operand;
  LLMOPS_JINJA_EXPRESSION;
};

struct Binary : Expression {  // arithmetic, "and", "or"
  std::string op;
  ExpressionPtr left, right;
  LLMOPS_JINJA_EXPRESSION;
};

struct Concat : Expression {  // a ~ b ~ c
  std::vector<ExpressionPtr> parts;
  LLMOPS_JINJA_EXPRESSION;
};

struct Comparison : Expression {  // a < b <= c, in, not in
  ExpressionPtr first;
  std::vector<std::pair<std::string, ExpressionPtr>> rest;
  LLMOPS_JINJA_EXPRESSION;
};

struct Conditional : Expression {  // a if b else c; a null otherwise is undefined
  ExpressionPtr then, condition, otherwise;
  LLMOPS_JINJA_EXPRESSION;
};

/// What an assignment assigns to: a name, an attribute of a namespace, or several of them.
struct Target {
  std::string name;
  std::string attribute;
  std::vector<Target> parts;
};

struct Text : Statement {
  std::string text;
  LLMOPS_JINJA_STATEMENT;
};

struct Print : Statement {
  ExpressionPtr value;
  LLMOPS_JINJA_STATEMENT;
};

struct If : Statement {
  std::vector<std::pair<ExpressionPtr, Block>> branches;
  Block otherwise;
  LLMOPS_JINJA_STATEMENT;
};

struct For : Statement {
  Target target;
  ExpressionPtr iterable, condition;
  bool recursive = false;
  Block body, otherwise;
  /// Those of `over` that the condition lets pass.
  std::vector<Value> items_of(const Value& over, Interpreter& interpreter, Scope& scope) const;
  LLMOPS_JINJA_STATEMENT;
};

struct Set : Statement {
  Target target;
  ExpressionPtr value;
  LLMOPS_JINJA_STATEMENT;
};

struct SetBlock : Statement {
  Target target;
  std::unique_ptr<Filter> filter;  // innermost operand is the text
  Block body;
  LLMOPS_JINJA_STATEMENT;
};

struct FilterBlock : Statement {
  std::unique_ptr<Filter> filter;
  Block body;
  LLMOPS_JINJA_STATEMENT;
};

struct Parameter {
  std::string name;
  ExpressionPtr fallback;
};

/// Names that a macro has only where its body reads them.
struct SpecialNames {
  bool caller = false, varargs = false, kwargs = false;
};

struct MacroDefinition : Statement {
  std::string name;  // "" for the body of a call block
  std::vector<Parameter> parameters;
  SpecialNames reads;
  Block body;
  LLMOPS_JINJA_STATEMENT;
};

struct CallBlock : Statement {
  std::unique_ptr<const Call> call;
  MacroDefinition caller;
  LLMOPS_JINJA_STATEMENT;
};

struct With : Statement {
  std::vector<std::pair<Target, ExpressionPtr>> values;
  Block body;
  LLMOPS_JINJA_STATEMENT;
};

struct Load : Statement {  // include, import, from, extends: there is nothing to load templates from
  std::string tag;
  LLMOPS_JINJA_STATEMENT;
};

struct NamedBlock : Statement {  // block: sees the variables of the template alone, unless it is scoped
  std::string name;
  bool scoped = false;
  Block body;
  LLMOPS_JINJA_STATEMENT;
};

struct Generation : Statement {  // transformers' marker of what the assistant produces
  Block body;
  LLMOPS_JINJA_STATEMENT;
};

struct Jump : Statement {
  Flow flow = Flow::kBreak;
  LLMOPS_JINJA_STATEMENT;
};

}  // namespace llmops::text::jinja
