// Python's generators and iterators: lazy, and used up once they have been gone through.
#pragma once

#include <functional>

#include "text/jinja/interpreter.h"

namespace llmops::text::jinja {

class Iterator : public Object {
 public:
  const char* type_name() const override { return "generator"; }
  bool iterable() const override { return true; }
  Items items(Interpreter& interpreter) override;
  /// The next item. @returns false at the end
  virtual bool next(Interpreter& interpreter, Value& item) = 0;
};

/// Goes through any value item by item; of an iterator it takes no more than it is asked for.
class Cursor {
 public:
  explicit Cursor(Value over) : over_(std::move(over)) {}
  /// @throws TemplateFailure  on the first call, for what cannot be iterated
  bool next(Interpreter& interpreter, Value& item);

 private:
  Value over_;
  Items items_;
  std::size_t at_ = 0;
  bool started_ = false;
};

/// Makes of each item of `operand` what comes out; false leaves it out.
using Step = std::function<bool(Value& item, Interpreter& interpreter)>;

/// A generator of `step` over the items of `operand`.
/// @param held            values that `step` keeps, for the depth of what is nested
/// @param empty_if_false  go over nothing where the operand is false, even where it cannot be iterated
Value generate(const Value& operand, Step step, const Items& held, bool empty_if_false);

/// An iterator over what `make` gives when the first item is asked for.
Value generate_from(const Value& operand, std::function<Items(const Value& operand, Interpreter& interpreter)> make);

}  // namespace llmops::text::jinja
