// Functions every chat template may call.
#include "text/jinja/globals.h"

#include <fmt/format.h>

#include <ctime>

#include "text/jinja/failure.h"
#include "text/jinja/parameters.h"

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
  bool set_attribute(const std::string& name, Value value) override {
    for (auto& [known, old] : values_) {
      if (known != name) continue;
      old = std::move(value);
      return true;
    }
    values_.emplace_back(name, std::move(value));
    return true;
  }
  void clear() override { values_.clear(); }

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

Value range(Arguments arguments, Interpreter& interpreter) {
  constexpr std::int64_t kMaxRange = 100'000;  // the sandbox's own limit
  const std::size_t count = arguments.positional.size();
  const Parameters values("range", std::move(arguments), {"start", "stop", "step"}, 1);
  const std::int64_t begin = count == 1 ? 0 : values.integer(0, 0);
  const std::int64_t end = count == 1 ? values.integer(0, 0) : values.integer(1, 0);
  const std::int64_t step = values.integer(2, 1);
  if (step == 0) throw TemplateFailure("range() arg 3 must not be zero");
  Items items;
  for (std::int64_t at = begin; step > 0 ? at < end : at > end;) {
    if (static_cast<std::int64_t>(items.size()) >= kMaxRange) throw TemplateFailure("range too big");
    items.emplace_back(at);
    if (__builtin_add_overflow(at, step, &at)) break;
  }
  interpreter.limits.charge(items.size());
  return Value::list(std::move(items));
}

Value dict(Arguments arguments, Interpreter&) {
  Entries entries;
  for (const Value& given : arguments.positional) {
    if (!given.is_dict()) throw TemplateFailure("dict() takes a dict and named values");
    entries = given.entries();
  }
  for (auto& [name, value] : arguments.named) {
    std::erase_if(entries, [&](const auto& entry) { return entry.first.is_string() && entry.first.text() == name; });
    entries.emplace_back(name, std::move(value));
  }
  return Value::dict(std::move(entries));
}

Value make_namespace(Arguments arguments, Interpreter& interpreter) {
  auto made = std::make_shared<Namespace>();
  const Value values = dict(std::move(arguments), interpreter);
  for (const auto& [name, value] : values.entries()) {
    made->set_attribute(interpreter.text_of(name), value);
  }
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

}  // namespace

void add_globals(Scope& scope, Interpreter&) {
  static constexpr std::pair<const char*, Body> kFunctions[] = {{"range", range},
                                                                {"dict", dict},
                                                                {"namespace", make_namespace},
                                                                {"joiner", make_joiner},
                                                                {"cycler", make_cycler},
                                                                {"raise_exception", raise_exception},
                                                                {"strftime_now", strftime_now}};
  for (const auto& [name, body] : kFunctions) {
    scope.set(name, std::static_pointer_cast<Object>(std::make_shared<Function>(body)));
  }
}

}  // namespace llmops::text::jinja
