// The `loop` of a for statement.
#pragma once

#include "text/jinja/interpreter.h"

namespace llmops::text::jinja {

class Loop : public Object {
 public:
  Loop(const For& statement, Scope& scope, Items items, int depth)
      : statement_(statement), scope_(scope), items_(std::move(items)), depth_(depth) {}
  const char* type_name() const override { return "LoopContext"; }
  std::optional<std::size_t> length() const override { return items_.size(); }
  std::string repr(Limits& limits) const override;
  Value attribute(const std::string& name) override;
  bool callable() const override { return true; }
  /// loop(children): the same statement over other items, one level down; only where it is "recursive".
  Value call(Interpreter& interpreter, Arguments arguments) override;
  void clear() override;

  /// Runs the body for each item.
  Statement::Flow run(Interpreter& interpreter);

 private:
  friend class LoopMethod;
  const For& statement_;
  Scope& scope_;
  Items items_;
  std::size_t at_ = 0;
  int depth_;
  Value changed_ = Value::undefined("");
};

}  // namespace llmops::text::jinja
