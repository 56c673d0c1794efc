// Python's == and < between values of a template.
#include <fmt/format.h>

#include <algorithm>

#include "text/jinja/failure.h"
#include "text/jinja/value.h"

namespace llmops::text::jinja {
namespace {

bool equal_dicts(const Entries& a, const Entries& b, Limits& limits) {
  if (a.size() != b.size()) return false;
  for (const auto& [key, value] : a) {
    const Value* other = find(b, key, limits);
    if (other == nullptr || !equal(value, *other, limits)) return false;
  }
  return true;
}

}  // namespace

int compare_integers(const Value& a, const Value& b) {
  if (!a.is_big() && !b.is_big()) return a.integer() < b.integer() ? -1 : a.integer() > b.integer() ? 1 : 0;
  const std::string x = a.integer_text(), y = b.integer_text();
  const bool negative = x.starts_with('-');
  if (negative != y.starts_with('-')) return negative ? -1 : 1;
  const int order = x.size() != y.size() ? (x.size() < y.size() ? -1 : 1) : x.compare(y);
  const int sign = order < 0 ? -1 : order > 0 ? 1 : 0;
  return negative ? -sign : sign;
}

bool equal(const Value& a, const Value& b, Limits& limits) {
  limits.charge(1);
  if (a.is_number() && b.is_number()) {
    return a.is_integral() && b.is_integral() ? compare_integers(a, b) == 0 : a.number() == b.number();
  }
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Value::Kind::kString: return a.text() == b.text();
    case Value::Kind::kList:
    case Value::Kind::kTuple:
      return a.items().size() == b.items().size() &&
             std::equal(a.items().begin(), a.items().end(), b.items().begin(),
                        [&](const Value& x, const Value& y) { return equal(x, y, limits); });
    case Value::Kind::kDict: return equal_dicts(a.entries(), b.entries(), limits);
    case Value::Kind::kObject: return a.object() == b.object() || a.object()->equals(*b.object(), limits);
    default: return true;  // None, Undefined
  }
}

bool less(const Value& a, const Value& b, Limits& limits) {
  limits.charge(1);
  if (a.is_number() && b.is_number()) {
    return a.is_integral() && b.is_integral() ? compare_integers(a, b) < 0 : a.number() < b.number();
  }
  if (a.is_undefined()) throw TemplateFailure(a.text());
  if (b.is_undefined()) throw TemplateFailure(b.text());
  if (a.is_string() && b.is_string()) return a.text() < b.text();  // UTF-8 sorts as its code points do
  if (a.is_sequence() && a.kind() == b.kind()) {
    const std::size_t shared = std::min(a.items().size(), b.items().size());
    for (std::size_t i = 0; i < shared; ++i) {
      if (!equal(a.items()[i], b.items()[i], limits)) return less(a.items()[i], b.items()[i], limits);
    }
    return a.items().size() < b.items().size();
  }
  throw TemplateFailure(
      fmt::format("'<' not supported between instances of '{}' and '{}'", a.type_name(), b.type_name()));
}

bool same(const Value& a, const Value& b, Limits& limits) {
  if (a.kind() != b.kind()) return false;
  if (a.is_sequence()) return &a.items() == &b.items();
  if (a.is_dict()) return &a.entries() == &b.entries();
  if (a.is_object()) return a.object() == b.object();
  return equal(a, b, limits);
}

void check_hashable(const Value& key) {
  if (key.kind() == Value::Kind::kList || key.is_dict())
    throw TemplateFailure(fmt::format("unhashable type: '{}'", key.type_name()));
  if (key.kind() == Value::Kind::kTuple) {
    for (const Value& part : key.items()) check_hashable(part);
  }
}

const Value* find(const Entries& entries, const Value& key, Limits& limits) {
  check_hashable(key);
  if (key.is_string()) return find(entries, key.text());
  for (const auto& [candidate, value] : entries) {
    if (equal(candidate, key, limits)) return &value;
  }
  return nullptr;
}

const Value* find(const Entries& entries, std::string_view key) {
  for (const auto& [candidate, value] : entries) {
    if (candidate.is_string() && candidate.text() == key) return &value;
  }
  return nullptr;
}

void put(Entries& entries, const Value& key, Value value, Limits& limits) {
  check_hashable(key);
  for (auto& [known, old] : entries) {
    if (!equal(known, key, limits)) continue;
    old = std::move(value);
    return;
  }
  entries.emplace_back(key, std::move(value));
}

}  // namespace llmops::text::jinja
