#include "text/jinja/iterator.h"

#include <algorithm>

namespace llmops::text::jinja {
namespace {

class Generator : public Iterator {
 public:
  Generator(const Value& operand, Step step, const Items& held, bool empty_if_false)
      : step_(std::move(step)), source_(operand), skip_(empty_if_false && !operand.truthy()) {
    nesting_ = operand.nesting();
    for (const Value& value : held) nesting_ = std::max(nesting_, value.nesting());
    nesting_ = nesting_above(nesting_);
  }
  int nesting() const override { return nesting_; }
  bool next(Interpreter& interpreter, Value& item) override {
    const DepthGuard guard(interpreter.limits);
    while (!skip_ && source_.next(interpreter, item)) {
      interpreter.limits.charge(1);
      if (step_(item, interpreter)) return true;
    }
    return false;
  }

 private:
  Step step_;
  Cursor source_;
  bool skip_;
  int nesting_ = 0;
};

class LazyItems : public Iterator {
 public:
  using Make = std::function<Items(const Value&, Interpreter&)>;
  LazyItems(Value operand, Make make)
      : operand_(std::move(operand)), make_(std::move(make)), nesting_(nesting_above(operand_.nesting())) {}
  int nesting() const override { return nesting_; }
  bool next(Interpreter& interpreter, Value& item) override {
    const DepthGuard guard(interpreter.limits);
    if (make_) items_ = std::exchange(make_, nullptr)(operand_, interpreter);
    if (at_ == items_.size()) return false;
    item = items_[at_++];
    return true;
  }

 private:
  Value operand_;
  Make make_;
  int nesting_;
  Items items_;
  std::size_t at_ = 0;
};

}  // namespace

Items Iterator::items(Interpreter& interpreter) {
  Items all;
  for (Value item; next(interpreter, item);) {
    interpreter.limits.charge(1);
    all.push_back(std::move(item));
  }
  return all;
}

bool Cursor::next(Interpreter& interpreter, Value& item) {
  if (over_.is_object()) {
    if (auto* iterator = dynamic_cast<Iterator*>(over_.object().get())) return iterator->next(interpreter, item);
  }
  if (!std::exchange(started_, true)) items_ = iterate(over_, interpreter);
  if (at_ == items_.size()) return false;
  item = items_[at_++];
  return true;
}

Value generate(const Value& operand, Step step, const Items& held, bool empty_if_false) {
  return std::static_pointer_cast<Object>(std::make_shared<Generator>(operand, std::move(step), held, empty_if_false));
}

Value generate_from(const Value& operand, std::function<Items(const Value&, Interpreter&)> make) {
  return std::static_pointer_cast<Object>(std::make_shared<LazyItems>(operand, std::move(make)));
}

}  // namespace llmops::text::jinja
