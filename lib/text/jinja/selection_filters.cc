// Filters that choose or change each item: select, reject, map, groupby.
#include <algorithm>

#include "text/jinja/failure.h"
#include "text/jinja/item_key.h"
#include "text/jinja/registry.h"

namespace llmops::text::jinja {
namespace {

// Jinja's own select and map see nothing in None and false, where a for loop would fail.
Items items_of(const Value& operand, Interpreter& interpreter) {
  return operand.truthy() ? iterate(operand, interpreter) : Items{};
}

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

/// select(test, ...), or selectattr(attribute, test, ...); without a test, what is true.
template <bool wanted, bool by_attribute>
Value select_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  if (by_attribute && arguments.positional.empty()) throw TemplateFailure("selectattr() lacks argument 'attribute'");
  const ItemKey key(by_attribute ? take_first(arguments) : Value(nullptr));
  const Value test = take_first(arguments);
  Items kept;
  for (const Value& item : items_of(operand, interpreter)) {
    const Value value = key(item, interpreter);
    const bool passes =
        test.is_none() ? value.truthy() : apply_test(interpreter.text_of(test), value, arguments, interpreter);
    if (passes == wanted) kept.push_back(item);
  }
  return Value::list(std::move(kept));
}

Value map_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  Items out;
  if (arguments.positional.empty()) {
    const Value attribute = take_named(arguments, "attribute");
    if (attribute.is_none()) throw TemplateFailure("map requires a filter argument");
    const ItemKey key(attribute, false, take_named(arguments, "default"));
    for (const Value& item : items_of(operand, interpreter)) out.push_back(key(item, interpreter));
    return Value::list(std::move(out));
  }
  const std::string filter = interpreter.text_of(take_first(arguments));
  for (const Value& item : items_of(operand, interpreter)) {
    const DepthGuard guard(interpreter.limits);  // map('map', ...) nests
    out.push_back(apply_filter(filter, item, arguments, interpreter));
  }
  return Value::list(std::move(out));
}

Value groupby_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  const Value attribute = arguments.positional.empty() ? take_named(arguments, "attribute") : take_first(arguments);
  if (attribute.is_none()) throw TemplateFailure("groupby() lacks argument 'attribute'");
  const ItemKey key(attribute, false, take_named(arguments, "default"));
  std::vector<std::pair<Value, Value>> keyed;
  for (const Value& item : iterate(operand, interpreter)) keyed.emplace_back(key(item, interpreter), item);
  std::stable_sort(keyed.begin(), keyed.end(),
                   [&](const auto& a, const auto& b) { return less(a.first, b.first, interpreter.limits); });
  Items groups;
  for (std::size_t at = 0; at < keyed.size();) {
    Items group;
    const Value name = keyed[at].first;
    while (at < keyed.size() && equal(keyed[at].first, name, interpreter.limits)) group.push_back(keyed[at++].second);
    groups.push_back(Value::tuple({name, Value::list(std::move(group))}));
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
