// Filters that order, cut and join sequences.
#include <fmt/format.h>

#include <algorithm>

#include "text/jinja/failure.h"
#include "text/jinja/item_key.h"
#include "text/jinja/operators.h"
#include "text/jinja/parameters.h"
#include "text/jinja/registry.h"
#include "text/jinja/text_tools.h"

namespace llmops::text::jinja {
namespace {

Value list_filter(const Value& operand, Arguments, Interpreter& interpreter) {
  return Value::list(iterate(operand, interpreter));
}

Value first_filter(const Value& operand, Arguments, Interpreter& interpreter) {
  const Items items = iterate(operand, interpreter);
  return items.empty() ? Value::undefined("No first item, sequence was empty.") : items.front();
}

Value last_filter(const Value& operand, Arguments, Interpreter& interpreter) {
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

Value reverse_filter(const Value& operand, Arguments, Interpreter& interpreter) {
  Items items = iterate(operand, interpreter);
  std::reverse(items.begin(), items.end());
  if (!operand.is_string()) return Value::list(std::move(items));
  std::string text;
  for (const Value& item : items) text += item.text();
  return text;
}

// Python's sort is stable, in reverse too.
void sort_by(Items& items, const ItemKey& key, bool reverse, Interpreter& interpreter) {
  std::vector<std::pair<Value, Value>> keyed;
  for (Value& item : items) {
    Value by = key(item, interpreter);
    keyed.emplace_back(std::move(by), std::move(item));
  }
  std::stable_sort(keyed.begin(), keyed.end(), [&](const auto& a, const auto& b) {
    return reverse ? less(b.first, a.first, interpreter.limits) : less(a.first, b.first, interpreter.limits);
  });
  for (std::size_t i = 0; i < items.size(); ++i) items[i] = std::move(keyed[i].second);
}

Value sort_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("sort", std::move(arguments), {"reverse", "case_sensitive", "attribute"});
  Items items = iterate(operand, interpreter);
  sort_by(items, ItemKey(values[2], !values.truthy(1, false)), values.truthy(0, false), interpreter);
  return Value::list(std::move(items));
}

Value dictsort_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("dictsort", std::move(arguments), {"case_sensitive", "by", "reverse"});
  if (operand.is_undefined()) throw TemplateFailure(operand.text());
  if (!operand.is_dict())
    throw TemplateFailure(fmt::format("dictsort: a mapping is needed, not {}", operand.type_name()));
  const std::string by = values.text(1, "key");
  if (by != "key" && by != "value") throw TemplateFailure("You can only sort by either \"key\" or \"value\"");
  Items items;
  for (const auto& [key, value] : operand.entries()) items.push_back(Value::tuple({key, value}));
  sort_by(items, ItemKey(by == "key" ? 0 : 1, !values.truthy(0, false)), values.truthy(2, false), interpreter);
  return Value::list(std::move(items));
}

Value items_filter(const Value& operand, Arguments, Interpreter& interpreter) {
  if (operand.is_undefined()) return Value::list({});
  if (!operand.is_dict()) throw TemplateFailure("Can only get item pairs from a mapping.");
  Items items;
  for (const auto& [key, value] : operand.entries()) items.push_back(Value::tuple({key, value}));
  interpreter.limits.charge(4 * items.size());
  return Value::list(std::move(items));
}

Value unique_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("unique", std::move(arguments), {"case_sensitive", "attribute"});
  const ItemKey key(values[1], !values.truthy(0, false));
  Items kept;
  Items seen;
  for (const Value& item : iterate(operand, interpreter)) {
    Value by = key(item, interpreter);
    const bool known =
        std::any_of(seen.begin(), seen.end(), [&](const Value& other) { return equal(other, by, interpreter.limits); });
    if (known) continue;
    seen.push_back(std::move(by));
    kept.push_back(item);
  }
  return Value::list(std::move(kept));
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
  for (const Value& item : iterate(operand, interpreter)) {
    total = arithmetic("+", total, key(item, interpreter), interpreter);
  }
  return total;
}

Value batch_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("batch", std::move(arguments), {"linecount", "fill_with"}, 1);
  const std::int64_t size = values.integer(0, 1);
  if (size < 1 || size > 100'000) throw TemplateFailure("batch: a size from 1 to 100000 is needed");
  Items batches;
  Items batch;
  for (const Value& item : iterate(operand, interpreter)) {
    batch.push_back(item);
    if (static_cast<std::int64_t>(batch.size()) == size) batches.push_back(Value::list(std::exchange(batch, {})));
  }
  if (!batch.empty()) {
    if (!values[1].is_none()) batch.resize(static_cast<std::size_t>(size), values[1]);
    batches.push_back(Value::list(std::move(batch)));
  }
  return Value::list(std::move(batches));
}

Value slice_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("slice", std::move(arguments), {"slices", "fill_with"}, 1);
  const std::int64_t count = values.integer(0, 1);
  if (count < 1 || count > 100'000) throw TemplateFailure("slice: a number from 1 to 100000 is needed");
  const Items items = iterate(operand, interpreter);
  const auto slices = static_cast<std::size_t>(count);
  const std::size_t each = items.size() / slices;
  const std::size_t longer = items.size() % slices;
  interpreter.limits.charge(4 * slices);
  Items out;
  for (std::size_t i = 0, at = 0; i < slices; ++i) {
    const std::size_t size = each + (i < longer ? 1 : 0);
    Items part(items.begin() + static_cast<std::ptrdiff_t>(at), items.begin() + static_cast<std::ptrdiff_t>(at + size));
    if (!values[1].is_none() && i >= longer) part.push_back(values[1]);
    out.push_back(Value::list(std::move(part)));
    at += size;
  }
  return Value::list(std::move(out));
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
