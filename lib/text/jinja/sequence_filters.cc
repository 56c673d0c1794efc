// Filters that order, cut and join sequences.
#include <fmt/format.h>

#include <algorithm>

#include "text/jinja/attributes.h"
#include "text/jinja/failure.h"
#include "text/jinja/item_key.h"
#include "text/jinja/iterator.h"
#include "text/jinja/operators.h"
#include "text/jinja/parameters.h"
#include "text/jinja/registry.h"
#include "text/jinja/text_tools.h"
#include "text/jinja/views.h"

namespace llmops::text::jinja {
namespace {

Value list_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  no_arguments("list", arguments);
  return Value::list(iterate(operand, interpreter));
}

Value first_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  no_arguments("first", arguments);
  Value item;
  if (Cursor(operand).next(interpreter, item)) return item;
  return Value::undefined("No first item, sequence was empty.");
}

Value last_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  no_arguments("last", arguments);
  if (!is_reversible(operand)) throw TemplateFailure(fmt::format("'{}' object is not reversible", operand.type_name()));
  const Items items = iterate(operand, interpreter);
  return items.empty() ? Value::undefined("No last item, sequence was empty.") : items.back();
}

Value join_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("join", std::move(arguments), {"d", "attribute"});
  const std::string separator = values.has(0) ? interpreter.text_of(values[0]) : "";
  const ItemKey key(values[1]);
  std::string out;
  bool first = true;
  for (const Value& item : iterate(operand, interpreter)) {
    if (!std::exchange(first, false)) out += separator;
    out += interpreter.text_of(key(item, interpreter));
    if (out.size() > Limits::kMaxTextBytes) interpreter.limits.charge_text(out.size());
  }
  interpreter.limits.charge_text(out.size());
  return out;
}

Items reversed_items(const Value& operand, Interpreter& interpreter) {
  Items items = iterate(operand, interpreter);
  std::reverse(items.begin(), items.end());
  return items;
}

/// Text backwards; an iterator over what Python's reversed() takes; a list of what it does not.
Value reverse_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  no_arguments("reverse", arguments);
  if (operand.is_string()) return get_slice(operand, nullptr, nullptr, -1, interpreter);
  if (is_reversible(operand)) return generate_from(operand, reversed_items);
  return Value::list(reversed_items(operand, interpreter));
}

// Python's sort is stable, in reverse too.
void sort_by(Items& items, const std::vector<ItemKey>& keys, bool reverse, Interpreter& interpreter) {
  std::vector<std::pair<Value, Value>> keyed;
  for (Value& item : items) {
    Items by;
    for (const ItemKey& key : keys) by.push_back(key(item, interpreter));
    keyed.emplace_back(Value::list(std::move(by)), std::move(item));
  }
  std::stable_sort(keyed.begin(), keyed.end(), [&](const auto& a, const auto& b) {
    return reverse ? less(b.first, a.first, interpreter.limits) : less(a.first, b.first, interpreter.limits);
  });
  for (std::size_t i = 0; i < items.size(); ++i) items[i] = std::move(keyed[i].second);
}

/// "a,b.c" sorts by one and then the other.
std::vector<ItemKey> sort_keys(const Value& attribute, bool ignore_case) {
  if (!attribute.is_string()) return {ItemKey(attribute, ignore_case)};
  std::vector<ItemKey> keys;
  const std::string& text = attribute.text();
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    keys.emplace_back(text.substr(at, end - at), ignore_case);
    at = end + 1;
  }
  return keys;
}

Value sort_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("sort", std::move(arguments), {"reverse", "case_sensitive", "attribute"});
  Items items = iterate(operand, interpreter);
  sort_by(items, sort_keys(values[2], !values.truthy(1, false)), values.truthy(0, false), interpreter);
  return Value::list(std::move(items));
}

Value dictsort_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("dictsort", std::move(arguments), {"case_sensitive", "by", "reverse"});
  if (operand.is_undefined()) throw TemplateFailure(operand.text());
  if (!operand.is_dict())
    throw TemplateFailure(fmt::format("dictsort: a mapping is needed, not {}", operand.type_name()));
  const std::string by = values.text(1, "key");
  if (by != "key" && by != "value") throw TemplateFailure("You can only sort by either \"key\" or \"value\"");
  Items items = dict_items(operand, interpreter);
  sort_by(items, {ItemKey(by == "key" ? 0 : 1, !values.truthy(0, false))}, values.truthy(2, false), interpreter);
  return Value::list(std::move(items));
}

Value items_filter(const Value& operand, Arguments arguments, Interpreter&) {
  no_arguments("items", arguments);
  return generate_from(operand, [](const Value& dict, Interpreter& interpreter) -> Items {
    if (dict.is_undefined()) return {};
    if (!dict.is_dict()) throw TemplateFailure("Can only get item pairs from a mapping.");
    return dict_items(dict, interpreter);
  });
}

Value unique_filter(const Value& operand, Arguments arguments, Interpreter&) {
  const Parameters values("unique", std::move(arguments), {"case_sensitive", "attribute"});
  const ItemKey key(values[1], !values.truthy(0, false));
  const auto seen = std::make_shared<Items>();
  return generate(
      operand,
      [key, seen](Value& item, Interpreter& interpreter) {
        Value by = key(item, interpreter);
        check_hashable(by);
        const bool known = std::any_of(seen->begin(), seen->end(),
                                       [&](const Value& other) { return equal(other, by, interpreter.limits); });
        if (!known) seen->push_back(std::move(by));
        return !known;
      },
      {}, /*empty_if_false=*/false);
}

template <bool largest>
Value extreme_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  const Parameters values(largest ? "max" : "min", std::move(arguments), {"case_sensitive", "attribute"});
  const ItemKey key(values[1], !values.truthy(0, false));
  const Items items = iterate(operand, interpreter);
  if (items.empty()) return Value::undefined("No aggregated item, sequence was empty.");
  std::size_t best = 0;
  for (std::size_t i = 1; i < items.size(); ++i) {
    const Value candidate = key(items[i], interpreter);
    const Value current = key(items[best], interpreter);
    if (largest ? less(current, candidate, interpreter.limits) : less(candidate, current, interpreter.limits)) best = i;
  }
  return items[best];
}

Value sum_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("sum", std::move(arguments), {"attribute", "start"});
  const ItemKey key(values[0]);
  Value total = values.has(1) ? values[1] : Value(0);
  if (total.is_string()) throw TemplateFailure("sum() can't sum strings");
  for (const Value& item : iterate(operand, interpreter)) {
    total = arithmetic("+", total, key(item, interpreter), interpreter);
  }
  return total;
}

Items batches(const Value& operand, const Value& size, const Value& fill, Interpreter& interpreter) {
  Items out;
  Items batch;
  for (const Value& item : iterate(operand, interpreter)) {
    if (equal(batch.size(), size, interpreter.limits)) out.push_back(Value::list(std::exchange(batch, {})));
    batch.push_back(item);
  }
  if (batch.empty()) return out;
  if (!fill.is_none() && less(batch.size(), size, interpreter.limits)) {
    if (!size.is_integral() || size.integer() > 100'000) throw TemplateFailure("batch: the size is too large");
    batch.resize(static_cast<std::size_t>(size.integer()), fill);
  }
  out.push_back(Value::list(std::move(batch)));
  return out;
}

Value batch_filter(const Value& operand, Arguments arguments, Interpreter&) {
  const Parameters values("batch", std::move(arguments), {"linecount", "fill_with"}, 1);
  return generate_from(Value::tuple({operand, values[0], values[1]}), [](const Value& given, Interpreter& interpreter) {
    return batches(given.items()[0], given.items()[1], given.items()[2], interpreter);
  });
}

Items slices(const Value& operand, const Value& count, const Value& fill, Interpreter& interpreter) {
  const Items items = iterate(operand, interpreter);
  if (!count.is_integral()) throw TemplateFailure(fmt::format("slice: an int is needed, not {}", count.type_name()));
  if (count.integer() == 0) throw TemplateFailure("integer division or modulo by zero");
  if (count.integer() > 100'000) throw TemplateFailure("slice: the number is too large");
  const auto parts = static_cast<std::size_t>(std::max<std::int64_t>(count.integer(), 0));
  interpreter.limits.charge(4 * parts);
  Items out;
  for (std::size_t i = 0, at = 0; i < parts; ++i) {
    const std::size_t longer = items.size() % parts;
    const std::size_t size = items.size() / parts + (i < longer ? 1 : 0);
    Items part(items.begin() + static_cast<std::ptrdiff_t>(at), items.begin() + static_cast<std::ptrdiff_t>(at + size));
    if (!fill.is_none() && i >= longer) part.push_back(fill);
    out.push_back(Value::list(std::move(part)));
    at += size;
  }
  return out;
}

Value slice_filter(const Value& operand, Arguments arguments, Interpreter&) {
  const Parameters values("slice", std::move(arguments), {"slices", "fill_with"}, 1);
  return generate_from(Value::tuple({operand, values[0], values[1]}), [](const Value& given, Interpreter& interpreter) {
    return slices(given.items()[0], given.items()[1], given.items()[2], interpreter);
  });
}

constexpr std::pair<const char*, FilterFunction> kFilters[] = {
    {"list", list_filter},       {"first", first_filter},       {"last", last_filter},   {"join", join_filter},
    {"reverse", reverse_filter}, {"sort", sort_filter},         {"items", items_filter}, {"dictsort", dictsort_filter},
    {"unique", unique_filter},   {"max", extreme_filter<true>}, {"sum", sum_filter},     {"min", extreme_filter<false>},
    {"batch", batch_filter},     {"slice", slice_filter},
};

}  // namespace

FilterFunction find_sequence_filter(const std::string& name) {
  for (const auto& [known, function] : kFilters) {
    if (name == known) return function;
  }
  return nullptr;
}

}  // namespace llmops::text::jinja
