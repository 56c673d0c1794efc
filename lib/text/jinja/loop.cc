// The `loop` of a for statement.
#include "text/jinja/loop.h"

#include <fmt/format.h>

#include "text/jinja/failure.h"

namespace llmops::text::jinja {

// loop.cycle(a, b) and loop.changed(x), bound to their loop.
class LoopMethod : public Object {
 public:
  LoopMethod(Loop& loop, bool cycle) : loop_(loop), cycle_(cycle) {}
  const char* type_name() const override { return "method"; }
  bool callable() const override { return true; }
  Value call(Interpreter& interpreter, Arguments arguments) override {
    if (cycle_) {
      if (arguments.positional.empty()) throw TemplateFailure("no items for cycling given");
      return arguments.positional[loop_.at_ % arguments.positional.size()];
    }
    Value now = Value::tuple(std::move(arguments.positional));
    const bool changed = loop_.changed_.is_undefined() || !equal(loop_.changed_, now, interpreter.limits);
    loop_.changed_ = std::move(now);
    return changed;
  }

 private:
  Loop& loop_;  // kept by the interpreter to the end
  bool cycle_;
};

Value Loop::attribute(const std::string& name) {
  const std::size_t size = items_.size();
  if (name == "index") return at_ + 1;
  if (name == "index0") return at_;
  if (name == "first") return at_ == 0;
  if (name == "last") return at_ + 1 == size;
  if (name == "length") return size;
  if (name == "revindex") return size - at_;
  if (name == "revindex0") return size - at_ - 1;
  if (name == "depth") return depth_ + 1;
  if (name == "depth0") return depth_;
  if (name == "previtem") return at_ > 0 ? items_[at_ - 1] : Value::undefined("there is no previous item");
  if (name == "nextitem") return at_ + 1 < size ? items_[at_ + 1] : Value::undefined("there is no next item");
  if (name == "cycle" || name == "changed") {
    return std::static_pointer_cast<Object>(std::make_shared<LoopMethod>(*this, name == "cycle"));
  }
  return Object::attribute(name);
}

std::string Loop::repr(Limits&) const { return fmt::format("<LoopContext {}/{}>", at_ + 1, items_.size()); }

void Loop::clear() {
  items_.clear();
  changed_ = nullptr;
}

Value Loop::call(Interpreter& interpreter, Arguments arguments) {
  if (!statement_.recursive) throw TemplateFailure("the loop must have the 'recursive' marker to be called");
  if (arguments.positional.size() != 1) throw TemplateFailure("loop() takes one argument");
  const DepthGuard guard(interpreter.limits);
  auto inner = std::make_shared<Loop>(statement_, scope_,
                                      statement_.items_of(arguments.positional[0], interpreter, scope_), depth_ + 1);
  interpreter.keep(inner);
  // The text is the value of the call.
  struct Runner : Statement {
    Loop& loop;
    explicit Runner(Loop& inner_loop) : loop(inner_loop) {}
    Flow run(Interpreter& state, Scope&) const override { return loop.run(state); }
  };
  Block body;
  body.push_back(std::make_unique<Runner>(*inner));
  return interpreter.capture(body, scope_);
}

Statement::Flow Loop::run(Interpreter& interpreter) {
  const Value self(std::static_pointer_cast<Object>(
      std::shared_ptr<Loop>(std::shared_ptr<Loop>(), this)));  // does not own: the interpreter does
  bool completed = false;  // the reference takes "else" where no pass came to the end of the body
  for (at_ = 0; at_ < items_.size(); ++at_) {
    Scope& scope = interpreter.keep_scope(&scope_);
    scope.set("loop", self);
    interpreter.trace.begin_pass(items_[at_], interpreter.position());
    assign(statement_.target, items_[at_], interpreter, scope);
    const auto flow = interpreter.execute(statement_.body, scope);
    interpreter.trace.end_pass(interpreter.position());
    if (flow == Statement::Flow::kBreak) break;
    completed = completed || flow == Statement::Flow::kNext;
  }
  if (completed) return Statement::Flow::kNext;
  return interpreter.execute(statement_.otherwise, interpreter.keep_scope(&scope_));
}

}  // namespace llmops::text::jinja
