// The state of one rendering: output, limits, scopes.
#include "text/jinja/interpreter.h"

#include <fmt/format.h>

#include "text/jinja/failure.h"
#include "text/jinja/text_form.h"
#include "text/utf8.h"

namespace llmops::text::jinja {

const Value* Scope::find(const std::string& name) const {
  for (const Scope* scope = this; scope != nullptr; scope = scope->parent_) {
    for (const auto& [known, value] : scope->variables_) {
      if (known == name) return &value;
    }
  }
  return nullptr;
}

void Scope::set(const std::string& name, Value value) {
  for (auto& [known, old] : variables_) {
    if (known == name) {
      old = std::move(value);
      return;
    }
  }
  variables_.emplace_back(name, std::move(value));
}

Interpreter::~Interpreter() {
  for (Scope& scope : kept_scopes_) scope.clear();
  for (const auto& object : kept_) object->clear();
}

Statement::Flow Interpreter::execute(const Block& block, Scope& scope) {
  for (const auto& statement : block) {
    const auto flow = statement->execute(*this, scope);
    if (flow != Statement::Flow::kNext) return flow;
  }
  return Statement::Flow::kNext;
}

void Interpreter::write(std::string_view text) {
  std::string& out = captures_.empty() ? output_ : *captures_.back();
  out.append(text);
  limits.charge(1 + text.size() / 16);
  if (out.size() > Limits::kMaxTextBytes) limits.charge_text(out.size());
}

std::string Interpreter::capture(const Block& block, Scope& scope, Statement::Flow* flow) {
  std::string text;
  struct Pop {
    std::vector<std::string*>& captures;
    ~Pop() { captures.pop_back(); }
  };
  captures_.push_back(&text);
  const Pop pop{captures_};
  const auto ended = execute(block, scope);
  if (flow != nullptr) *flow = ended;
  return text;
}

Scope& Interpreter::keep_scope(Scope* parent) {
  limits.charge(32);
  return kept_scopes_.emplace_back(parent);
}

std::shared_ptr<Object> Interpreter::keep(std::shared_ptr<Object> object) {
  limits.charge(32);
  kept_.push_back(object);
  return object;
}

std::string Interpreter::text_of(const Value& value) { return to_text(value, limits); }

void assign(const Target& target, const Value& value, Interpreter& interpreter, Scope& scope) {
  if (!target.parts.empty()) {
    const Items items = iterate(value, interpreter);
    if (items.size() != target.parts.size()) {
      throw TemplateFailure(
          items.size() < target.parts.size()
              ? fmt::format("not enough values to unpack (expected {}, got {})", target.parts.size(), items.size())
              : fmt::format("too many values to unpack (expected {})", target.parts.size()));
    }
    for (std::size_t i = 0; i < items.size(); ++i) assign(target.parts[i], items[i], interpreter, scope);
    return;
  }
  if (target.attribute.empty()) {
    interpreter.trace.assigned(value);
    return scope.set(target.name, value);
  }
  const Value* object = scope.find(target.name);
  if (object == nullptr || object->kind() != Value::Kind::kObject ||
      !object->object()->set_attribute(target.attribute, value)) {
    throw TemplateFailure("cannot assign attribute on non-namespace object");
  }
}

Items iterate(const Value& value, Interpreter& interpreter) {
  Items items;
  switch (value.kind()) {
    case Value::Kind::kUndefined: return items;
    case Value::Kind::kList:
    case Value::Kind::kTuple: interpreter.limits.charge(value.items().size()); return value.items();
    case Value::Kind::kDict:
      for (const auto& entry : value.entries()) items.push_back(entry.first);
      break;
    case Value::Kind::kString:
      interpreter.limits.charge(4 * value.text().size());
      for (std::size_t at = 0; at < value.text().size();) {
        const std::size_t length = utf8_step(value.text(), at).length;
        items.emplace_back(value.text().substr(at, length));
        at += length;
      }
      break;
    case Value::Kind::kObject: return value.object()->items(interpreter);
    default: throw TemplateFailure(fmt::format("'{}' object is not iterable", value.type_name()));
  }
  interpreter.limits.charge(items.size());
  return items;
}

Value call_value(const Value& callee, Arguments arguments, Interpreter& interpreter) {
  if (callee.is_undefined()) throw TemplateFailure(callee.text());
  if (callee.kind() != Value::Kind::kObject || !callee.object()->callable()) {
    throw TemplateFailure(fmt::format("'{}' object is not callable", callee.type_name()));
  }
  return callee.object()->call(interpreter, std::move(arguments));
}

Arguments evaluate_arguments(const CallArguments& arguments, Interpreter& interpreter, Scope& scope) {
  Arguments values;
  for (const auto& argument : arguments.positional) values.positional.push_back(argument->evaluate(interpreter, scope));
  if (arguments.star != nullptr) {
    const Items more = iterate(arguments.star->evaluate(interpreter, scope), interpreter);
    values.positional.insert(values.positional.end(), more.begin(), more.end());
  }
  for (const auto& [name, argument] : arguments.named)
    values.named.emplace_back(name, argument->evaluate(interpreter, scope));
  if (arguments.double_star != nullptr) {
    const Value more = arguments.double_star->evaluate(interpreter, scope);
    if (!more.is_dict()) throw TemplateFailure("argument after ** must be a mapping");
    for (const auto& [name, value] : more.entries()) {
      if (!name.is_string()) throw TemplateFailure("keywords must be strings");
      for (const auto& [known, other] : values.named) {
        if (known == name.text())
          throw TemplateFailure(fmt::format("got multiple values for keyword argument '{}'", known));
      }
      values.named.emplace_back(name.text(), value);
    }
  }
  return values;
}

}  // namespace llmops::text::jinja
