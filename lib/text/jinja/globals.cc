// Functions every chat template may call.
#include "text/jinja/globals.h"

#include <fmt/format.h>

#include <ctime>

#include "text/jinja/failure.h"
#include "text/jinja/parameters.h"
#include "text/jinja/text_form.h"
#include "text/jinja/views.h"

namespace llmops::text::jinja {
namespace {

using Body = Value (*)(Arguments arguments, Interpreter& interpreter);

class Function : public Object {
 public:
  explicit Function(Body body) : body_(body) {}
  const char* type_name() const override { return "function"; }
  bool callable() const override { return true; }
  Value call(Interpreter& interpreter, Arguments arguments) override {
    return body_(std::move(arguments), interpreter);
  }

 private:
  Body body_;
};

class Namespace : public Object {
 public:
  const char* type_name() const override { return "Namespace"; }
  Value attribute(const std::string& name) override {
    for (const auto& [known, value] : values_) {
      if (known == name) return value;
    }
    return Object::attribute(name);
  }
  Value item(const Value& index, Interpreter& interpreter) override { return attribute(interpreter.text_of(index)); }
  bool set_attribute(const std::string& name, Value value) override {
    if (name.starts_with('_')) throw TemplateFailure(fmt::format("a namespace cannot store '{}'", name));
    for (auto& [known, old] : values_) {
      if (known != name) continue;
      old = std::move(value);
      return true;
    }
    values_.emplace_back(name, std::move(value));
    return true;
  }
  void clear() override { values_.clear(); }
  std::string repr(Limits& limits) const override {
    const DepthGuard guard(limits);  // it may hold itself
    std::string out;
    for (const auto& [name, value] : values_) {
      if (!out.empty()) out += ", ";
      out += jinja::repr(name, limits) + ": " + jinja::repr(value, limits);
      limits.charge_text(out.size() / 8);
    }
    return "<Namespace {" + out + "}>";
  }

 private:
  std::vector<std::pair<std::string, Value>> values_;
};

class Joiner : public Object {
 public:
  explicit Joiner(std::string separator) : separator_(std::move(separator)) {}
  const char* type_name() const override { return "Joiner"; }
  bool callable() const override { return true; }
  Value call(Interpreter&, Arguments) override { return std::exchange(used_, true) ? separator_ : ""; }

 private:
  std::string separator_;
  bool used_ = false;
};

class Cycler : public Object {
 public:
  explicit Cycler(Items items) : items_(std::move(items)) {}
  const char* type_name() const override { return "Cycler"; }
  Value attribute(const std::string& name) override {
    if (name == "current") return items_[at_];
    if (name == "next" || name == "reset")
      return std::static_pointer_cast<Object>(std::make_shared<Step>(*this, name == "next"));
    return Object::attribute(name);
  }
  void clear() override { items_.resize(1); }

 private:
  struct Step : Object {
    Step(Cycler& of, bool is_next) : cycler(of), next(is_next) {}
    const char* type_name() const override { return "method"; }
    bool callable() const override { return true; }
    Value call(Interpreter&, Arguments) override {
      if (!next) {
        cycler.at_ = 0;
        return nullptr;
      }
      const std::size_t at = std::exchange(cycler.at_, (cycler.at_ + 1) % cycler.items_.size());
      return cycler.items_[at];
    }
    Cycler& cycler;  // kept by the interpreter to the end
    bool next;
  };
  Items items_;
  std::size_t at_ = 0;
};

Value range(Arguments arguments, Interpreter&) {
  const std::size_t count = arguments.positional.size();
  const Parameters values("range", positional_only("range", std::move(arguments)), {"start", "stop", "step"}, 1);
  const std::int64_t begin = count == 1 ? 0 : values.integer(0, 0);
  const std::int64_t end = count == 1 ? values.integer(0, 0) : values.integer(1, 0);
  return std::static_pointer_cast<Object>(std::make_shared<Range>(begin, end, values.integer(2, 1)));
}

/// dict(mapping or pairs, name=value, ...)
Value dict(Arguments arguments, Interpreter& interpreter) {
  Entries entries;
  if (arguments.positional.size() > 1) {
    throw TemplateFailure(fmt::format("dict expected at most 1 argument, got {}", arguments.positional.size()));
  }
  for (const Value& given : arguments.positional) {
    if (given.is_dict()) {
      entries = given.entries();
      continue;
    }
    for (const Value& pair : iterate(given, interpreter)) {
      const Items parts = iterate(pair, interpreter);
      if (parts.size() != 2) throw TemplateFailure("dictionary update sequence elements must have length 2");
      put(entries, parts[0], parts[1], interpreter.limits);
    }
  }
  for (auto& [name, value] : arguments.named) put(entries, name, std::move(value), interpreter.limits);
  return Value::dict(std::move(entries));
}

Value fromkeys(Arguments arguments, Interpreter& interpreter) {
  const Parameters values("fromkeys", positional_only("fromkeys", std::move(arguments)), {"iterable", "value"}, 1);
  Entries entries;
  for (const Value& key : iterate(values[0], interpreter)) put(entries, key, values[1], interpreter.limits);
  return Value::dict(std::move(entries));
}

/// `dict`: a function that has a function.
class DictFunction : public Function {
 public:
  DictFunction() : Function(dict) {}
  Value attribute(const std::string& name) override {
    if (name != "fromkeys") return Object::attribute(name);
    return std::static_pointer_cast<Object>(std::make_shared<Function>(fromkeys));
  }
};

Value make_namespace(Arguments arguments, Interpreter& interpreter) {
  auto made = std::make_shared<Namespace>();
  const Value values = dict(std::move(arguments), interpreter);
  for (const auto& [name, value] : values.entries()) made->set_attribute(interpreter.text_of(name), value);
  return interpreter.keep(made);
}

Value make_joiner(Arguments arguments, Interpreter&) {
  const Parameters values("joiner", std::move(arguments), {"sep"});
  return std::static_pointer_cast<Object>(std::make_shared<Joiner>(values.text(0, ", ")));
}

Value make_cycler(Arguments arguments, Interpreter& interpreter) {
  if (arguments.positional.empty()) throw TemplateFailure("at least one item has to be provided");
  return interpreter.keep(std::make_shared<Cycler>(std::move(arguments.positional)));
}

Value raise_exception(Arguments arguments, Interpreter& interpreter) {
  const Parameters values("raise_exception", std::move(arguments), {"message"}, 1);
  throw TemplateFailure(interpreter.text_of(values[0]));
}

Value strftime_now(Arguments arguments, Interpreter&) {
  const Parameters values("strftime_now", std::move(arguments), {"format"}, 1);
  const std::string format = values.text(0, "");
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  char buffer[512];
  return std::string(buffer, std::strftime(buffer, sizeof(buffer), format.c_str(), &local));
}

/// jinja2's gives another text each time, which no prompt can want.
Value lipsum(Arguments, Interpreter&) { throw TemplateFailure("lipsum is random and not supported"); }

}  // namespace

void add_globals(Scope& scope, Interpreter&) {
  static constexpr std::pair<const char*, Body> kFunctions[] = {
      {"range", range},        {"namespace", make_namespace},        {"joiner", make_joiner},
      {"cycler", make_cycler}, {"raise_exception", raise_exception}, {"strftime_now", strftime_now},
      {"lipsum", lipsum}};
  for (const auto& [name, body] : kFunctions) {
    scope.set(name, std::static_pointer_cast<Object>(std::make_shared<Function>(body)));
  }
  scope.set("dict", std::static_pointer_cast<Object>(std::make_shared<DictFunction>()));
}

}  // namespace llmops::text::jinja
