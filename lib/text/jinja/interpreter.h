// The state of one rendering: output, limits, scopes.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "text/jinja/ast.h"
#include "text/jinja/output_trace.h"
#include "text/jinja/value.h"

namespace llmops::text::jinja {

/// Variables of a block; what it lacks is looked up in the block around it.
class Scope {
 public:
  explicit Scope(Scope* parent) : parent_(parent) {}
  const Value* find(const std::string& name) const;
  void set(const std::string& name, Value value);
  void clear() { variables_.clear(); }

 private:
  Scope* parent_;
  std::vector<std::pair<std::string, Value>> variables_;  // few: a search beats a hash
};

class Interpreter {
 public:
  Interpreter() = default;
  ~Interpreter();
  Interpreter(const Interpreter&) = delete;
  Interpreter& operator=(const Interpreter&) = delete;

  Limits limits;
  int line = 0;                                                ///< of the node evaluated last
  std::vector<std::pair<std::size_t, std::size_t>> generated;  ///< bytes of the output within generation blocks
  OutputTrace trace;

  Statement::Flow execute(const Block& block, Scope& scope);
  void write(std::string_view text);
  /// Bytes of the output, without what is captured (in a macro, a set block).
  std::size_t position() const { return output_.size(); }
  std::string take_output() { return std::move(output_); }

  /// What `block` writes. @param flow  how it ended, for blocks that a break may leave
  std::string capture(const Block& block, Scope& scope, Statement::Flow* flow = nullptr);

  /// A scope that lives as long as the rendering, for macros, which may be called from anywhere.
  Scope& keep_scope(Scope* parent);
  /// Keeps an object that can hold itself, so that it is freed in the end.
  std::shared_ptr<Object> keep(std::shared_ptr<Object> object);

  std::string text_of(const Value& value);

  /// The template's own variables, which named blocks see.
  Scope* top_scope() const { return top_; }
  void set_top_scope(Scope& scope) { top_ = &scope; }

 private:
  Scope* top_ = nullptr;
  std::string output_;
  std::vector<std::string*> captures_;
  std::deque<Scope> kept_scopes_;
  std::vector<std::shared_ptr<Object>> kept_;
};

/// Assigns to the names of a target. @throws TemplateFailure  when the value does not have as many parts
void assign(const Target& target, const Value& value, Interpreter& interpreter, Scope& scope);

/// The elements a for loop sees. @throws TemplateFailure  for what cannot be iterated
Items iterate(const Value& value, Interpreter& interpreter);

/// Calls a macro, method or function. @throws TemplateFailure  for what is not callable
Value call_value(const Value& callee, Arguments arguments, Interpreter& interpreter);
Arguments evaluate_arguments(const CallArguments& arguments, Interpreter& interpreter, Scope& scope);

}  // namespace llmops::text::jinja
