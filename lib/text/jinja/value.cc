// Values of a template: Python's, as far as templates can tell.
#include "text/jinja/value.h"

#include <fmt/format.h>

#include <algorithm>

#include "text/jinja/failure.h"

namespace llmops::text::jinja {
namespace {

int nesting_above(int inner) {
  if (inner >= Limits::kMaxNesting) throw TemplateFailure("values nest too deeply");
  return inner + 1;
}

std::shared_ptr<const List> make_list(Items items) {
  int inner = 0;
  for (const Value& item : items) inner = std::max(inner, item.nesting());
  return std::make_shared<const List>(List{std::move(items), nesting_above(inner)});
}

}  // namespace

Value::Value(std::string value) : kind_(Kind::kString), data_(std::make_shared<const std::string>(std::move(value))) {}
Value::Value(std::shared_ptr<Object> object) : kind_(Kind::kObject), data_(std::move(object)) {}

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

Value Value::from_json(const Json& json) {
  switch (json.type()) {
    case Json::value_t::boolean: return json.get<bool>();
    case Json::value_t::number_integer: return json.get<std::int64_t>();
    case Json::value_t::number_unsigned: {
      const auto number = json.get<std::uint64_t>();
      return number > INT64_MAX ? Value(static_cast<double>(number)) : Value(static_cast<std::int64_t>(number));
    }
    case Json::value_t::number_float: return json.get<double>();
    case Json::value_t::string: return json.get<std::string>();
    case Json::value_t::array: {
      Items items;
      for (const Json& item : json) items.push_back(from_json(item));
      return list(std::move(items));
    }
    case Json::value_t::object: {
      Entries entries;
      for (const auto& [key, item] : json.items()) entries.emplace_back(key, from_json(item));
      return dict(std::move(entries));
    }
    default: return nullptr;
  }
}

std::int64_t Value::integer() const {
  return kind_ == Kind::kBool ? std::int64_t{std::get<bool>(data_)} : std::get<std::int64_t>(data_);
}

double Value::number() const {
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

bool Value::truthy() const {
  switch (kind_) {
    case Kind::kUndefined:
    case Kind::kNone: return false;
    case Kind::kBool:
    case Kind::kInt: return integer() != 0;
    case Kind::kFloat: return number() != 0;
    case Kind::kString: return !text().empty();
    case Kind::kList:
    case Kind::kTuple: return !items().empty();
    case Kind::kDict: return !entries().empty();
    case Kind::kObject: return true;
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

}  // namespace llmops::text::jinja
