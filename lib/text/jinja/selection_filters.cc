// Filters that choose or change each item: select, reject, map, groupby.
#include <algorithm>

#include "text/jinja/failure.h"
#include "text/jinja/item_key.h"
#include "text/jinja/iterator.h"
#include "text/jinja/parameters.h"
#include "text/jinja/registry.h"

namespace llmops::text::jinja {
namespace {

// The first positional argument, taken away; None when there is none.
Value take_first(Arguments& arguments) {
  if (arguments.positional.empty()) return nullptr;
  Value first = arguments.positional.front();
  arguments.positional.erase(arguments.positional.begin());
  return first;
}

Value take_named(Arguments& arguments, const std::string& name) {
  for (auto at = arguments.named.begin(); at != arguments.named.end(); ++at) {
    if (at->first != name) continue;
    Value value = at->second;
    arguments.named.erase(at);
    return value;
  }
  return nullptr;
}

Items held_values(const Arguments& arguments) {
  Items held = arguments.positional;
  for (const auto& [name, value] : arguments.named) held.push_back(value);
  return held;
}

/// select(test, ...), or selectattr(attribute, test, ...); without a test, what is true.
template <bool wanted, bool by_attribute>
Value select_filter(const Value& operand, Arguments arguments, Interpreter&) {
  const Items held = held_values(arguments);
  const bool lacks_attribute = by_attribute && arguments.positional.empty();
  const ItemKey key(by_attribute ? take_first(arguments) : Value(nullptr));
  const Value test = take_first(arguments);
  return generate(
      operand,
      [=](Value& item, Interpreter& interpreter) {
        if (lacks_attribute) throw TemplateFailure("Missing parameter for attribute name");
        const Value value = key(item, interpreter);
        return wanted ==
               (test.is_none() ? value.truthy() : apply_test(interpreter.text_of(test), value, arguments, interpreter));
      },
      held, /*empty_if_false=*/true);
}

/// map(filter, ...), or map(attribute=..., default=...).
Step map_step(Arguments arguments) {
  if (arguments.positional.empty()) {
    const Value attribute = take_named(arguments, "attribute");
    const ItemKey key(attribute, false, take_named(arguments, "default"));
    const bool known = !attribute.is_none() && arguments.named.empty();
    return [key, known](Value& item, Interpreter& interpreter) {
      if (!known) throw TemplateFailure("map requires a filter argument");
      item = key(item, interpreter);
      return true;
    };
  }
  const Value filter = take_first(arguments);
  return [filter, arguments](Value& item, Interpreter& interpreter) {
    item = apply_filter(interpreter.text_of(filter), item, arguments, interpreter);
    return true;
  };
}

Value map_filter(const Value& operand, Arguments arguments, Interpreter&) {
  const Items held = held_values(arguments);
  return generate(operand, map_step(std::move(arguments)), held, /*empty_if_false=*/true);
}

Value groupby_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("groupby", std::move(arguments), {"attribute", "default", "case_sensitive"}, 1);
  const ItemKey exact(values[0], false, values[1]);
  const ItemKey key(values[0], !values.truthy(2, false), values[1]);
  std::vector<std::pair<Value, Value>> keyed;
  for (const Value& item : iterate(operand, interpreter)) keyed.emplace_back(key(item, interpreter), item);
  std::stable_sort(keyed.begin(), keyed.end(),
                   [&](const auto& a, const auto& b) { return less(a.first, b.first, interpreter.limits); });
  Items groups;
  for (std::size_t at = 0; at < keyed.size();) {
    Items group;
    const Value name = keyed[at].first;
    while (at < keyed.size() && equal(keyed[at].first, name, interpreter.limits)) group.push_back(keyed[at++].second);
    const Value shown = exact(group.front(), interpreter);
    groups.push_back(Value::group(shown, Value::list(std::move(group))));
  }
  return Value::list(std::move(groups));
}

constexpr std::pair<const char*, FilterFunction> kFilters[] = {
    {"select", select_filter<true, false>},
    {"reject", select_filter<false, false>},
    {"selectattr", select_filter<true, true>},
    {"rejectattr", select_filter<false, true>},
    {"map", map_filter},
    {"groupby", groupby_filter},
};

}  // namespace

FilterFunction find_selection_filter(const std::string& name) {
  for (const auto& [known, function] : kFilters) {
    if (name == known) return function;
  }
  return nullptr;
}

}  // namespace llmops::text::jinja
