// Values of a template: Python's, as far as templates can tell.
#include "text/jinja/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "text/jinja/failure.h"

namespace llmops::text::jinja {
namespace {

std::shared_ptr<const List> make_list(Items items) {
  int inner = 0;
  for (const Value& item : items) inner = std::max(inner, item.nesting());
  return std::make_shared<const List>(List{std::move(items), nesting_above(inner)});
}

}  // namespace

int nesting_above(int inner) {
  if (inner >= Limits::kMaxNesting) throw TemplateFailure("values nest too deeply");
  return inner + 1;
}

Value::Value(std::string value) : kind_(Kind::kString), data_(std::make_shared<const std::string>(std::move(value))) {}
Value::Value(std::shared_ptr<Object> object) : kind_(Kind::kObject), data_(std::move(object)) {}

Value Value::whole_number(std::string_view digits) {
  constexpr std::size_t kMostDigits = 4300;  // of Python's int()
  const bool negative = digits.starts_with('-');
  digits.remove_prefix(negative ? 1 : 0);
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.size() > kMostDigits) throw TemplateFailure("a number has too many digits");
  std::string text = (negative ? "-" : "") + std::string(digits);
  std::int64_t small = 0;
  const auto error = std::from_chars(text.data(), text.data() + text.size(), small).ec;
  if (digits.empty() || error == std::errc()) return small;
  Value value(std::move(text));
  value.kind_ = Kind::kInt;
  return value;
}

Value Value::undefined(std::string why) {
  Value value(std::move(why));
  value.kind_ = Kind::kUndefined;
  return value;
}

Value Value::markup(std::string text) {
  Value value(std::move(text));
  value.markup_ = true;
  return value;
}

Value Value::list(Items items) {
  Value value;
  value.kind_ = Kind::kList;
  value.data_ = make_list(std::move(items));
  return value;
}

Value Value::tuple(Items items) {
  Value value = list(std::move(items));
  value.kind_ = Kind::kTuple;
  return value;
}

Value Value::dict(Entries entries) {
  int inner = 0;
  for (const auto& [key, item] : entries) inner = std::max({inner, key.nesting(), item.nesting()});
  Value value;
  value.kind_ = Kind::kDict;
  value.data_ = std::make_shared<const Dict>(Dict{std::move(entries), nesting_above(inner)});
  return value;
}

Value Value::group(Value grouper, Value list) {
  Value value = tuple({std::move(grouper), std::move(list)});
  auto grouped = std::make_shared<List>(*std::get<std::shared_ptr<const List>>(value.data_));
  grouped->group = true;
  value.data_ = std::shared_ptr<const List>(std::move(grouped));
  return value;
}

std::int64_t Value::integer() const {
  if (is_big()) throw TemplateFailure("arithmetic on whole numbers beyond 64 bits is not supported");
  return kind_ == Kind::kBool ? std::int64_t{std::get<bool>(data_)} : std::get<std::int64_t>(data_);
}

std::string Value::integer_text() const { return is_big() ? text() : std::to_string(integer()); }

double Value::number() const {
  if (is_big()) {
    const double rounded = std::strtod(text().c_str(), nullptr);
    if (std::isinf(rounded)) throw TemplateFailure("int too large to convert to float");
    return rounded;
  }
  return kind_ == Kind::kFloat ? std::get<double>(data_) : static_cast<double>(integer());
}

const Items& Value::items() const { return std::get<std::shared_ptr<const List>>(data_)->items; }
const Entries& Value::entries() const { return std::get<std::shared_ptr<const Dict>>(data_)->entries; }

int Value::nesting() const {
  if (is_sequence()) return std::get<std::shared_ptr<const List>>(data_)->nesting;
  if (is_dict()) return std::get<std::shared_ptr<const Dict>>(data_)->nesting;
  if (kind_ == Kind::kObject) return object()->nesting();
  return 0;
}

bool Value::is_group() const { return kind_ == Kind::kTuple && std::get<std::shared_ptr<const List>>(data_)->group; }

bool Value::truthy() const {
  switch (kind_) {
    case Kind::kUndefined:
    case Kind::kNone: return false;
    case Kind::kBool:
    case Kind::kInt: return is_big() || integer() != 0;
    case Kind::kFloat: return number() != 0;
    case Kind::kString: return !text().empty();
    case Kind::kList:
    case Kind::kTuple: return !items().empty();
    case Kind::kDict: return !entries().empty();
    case Kind::kObject: return object()->truthy();
  }
  return false;
}

const char* Value::type_name() const {
  switch (kind_) {
    case Kind::kUndefined: return "Undefined";
    case Kind::kNone: return "NoneType";
    case Kind::kBool: return "bool";
    case Kind::kInt: return "int";
    case Kind::kFloat: return "float";
    case Kind::kString: return "str";
    case Kind::kList: return "list";
    case Kind::kTuple: return "tuple";
    case Kind::kDict: return "dict";
    case Kind::kObject: return object()->type_name();
  }
  return "object";
}

Object::~Object() = default;
Value Object::attribute(const std::string& name) {
  return Value::undefined(fmt::format("'{}' object has no attribute '{}'", type_name(), name));
}
Value Object::call(Interpreter&, Arguments) {
  throw TemplateFailure(fmt::format("'{}' object is not callable", type_name()));
}
bool Object::set_attribute(const std::string&, Value) { return false; }
Items Object::items(Interpreter&) { throw TemplateFailure(fmt::format("'{}' object is not iterable", type_name())); }
Value Object::item(const Value&, Interpreter&) {
  return Value::undefined(fmt::format("'{}' object has no elements", type_name()));
}
std::string Object::repr(Limits&) const { return fmt::format("<{}>", type_name()); }

}  // namespace llmops::text::jinja
