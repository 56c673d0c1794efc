// Values of a template: Python's, as far as templates can tell.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "text/jinja/limits.h"

namespace llmops::text::jinja {

class Interpreter;
class Object;
class Value;
struct List;
struct Dict;

using Items = std::vector<Value>;
using Entries = std::vector<std::pair<Value, Value>>;

/// Cheap to copy; never changes once made (templates run in an immutable sandbox).
class Value {
 public:
  enum class Kind { kUndefined, kNone, kBool, kInt, kFloat, kString, kList, kTuple, kDict, kObject };

  Value() = default;  // None
  Value(std::nullptr_t) {}
  Value(bool value) : kind_(Kind::kBool), data_(value) {}
  Value(int value) : kind_(Kind::kInt), data_(std::int64_t{value}) {}
  Value(std::int64_t value) : kind_(Kind::kInt), data_(value) {}
  Value(std::size_t value) : kind_(Kind::kInt), data_(static_cast<std::int64_t>(value)) {}
  Value(double value) : kind_(Kind::kFloat), data_(value) {}
  Value(std::string value);
  Value(const char* value) : Value(std::string(value)) {}
  Value(std::shared_ptr<Object> object);

  /// A whole number of any size, from "-?[0-9]+". Beyond 64 bits it is exact when printed, compared and negated; other
  /// arithmetic refuses it.
  /// @throws TemplateFailure  for more digits than Python reads
  static Value whole_number(std::string_view digits);
  /// @param why  the error of whoever uses it
  static Value undefined(std::string why);
  /// Text marked by |safe or |escape: what is added to it with + is escaped for HTML, whether a template means it or
  /// not.
  static Value markup(std::string text);
  /// @throws TemplateFailure  when lists nest too deeply
  static Value list(Items items);
  static Value tuple(Items items);
  static Value dict(Entries entries);  ///< a later entry of the same key wins
  /// A tuple of two whose parts are `grouper` and `list`, too: what groupby gives.
  static Value group(Value grouper, Value list);

  Kind kind() const { return kind_; }
  bool is_undefined() const { return kind_ == Kind::kUndefined; }
  bool is_none() const { return kind_ == Kind::kNone; }
  bool is_string() const { return kind_ == Kind::kString; }
  bool is_markup() const { return markup_; }
  bool is_dict() const { return kind_ == Kind::kDict; }
  bool is_sequence() const { return kind_ == Kind::kList || kind_ == Kind::kTuple; }
  bool is_integral() const { return kind_ == Kind::kInt || kind_ == Kind::kBool; }
  bool is_number() const { return is_integral() || kind_ == Kind::kFloat; }

  const std::string& text() const { return *std::get<std::shared_ptr<const std::string>>(data_); }
  bool is_big() const { return kind_ == Kind::kInt && !std::holds_alternative<std::int64_t>(data_); }
  /// Of a bool or an int. @throws TemplateFailure  for one beyond 64 bits
  std::int64_t integer() const;
  std::string integer_text() const;  ///< decimal, of any bool or int
  double number() const;             ///< of any number. @throws TemplateFailure  for an int beyond a double
  const Items& items() const;
  const Entries& entries() const;
  const std::shared_ptr<Object>& object() const { return std::get<std::shared_ptr<Object>>(data_); }
  int nesting() const;
  bool is_group() const;
  bool is_object() const { return kind_ == Kind::kObject; }

  bool truthy() const;
  const char* type_name() const;  ///< as Python's type(x).__name__

 private:
  Kind kind_ = Kind::kNone;
  bool markup_ = false;
  // An int beyond 64 bits is its digits.
  std::variant<std::monostate, bool, std::int64_t, double, std::shared_ptr<const std::string>,
               std::shared_ptr<const List>, std::shared_ptr<const Dict>, std::shared_ptr<Object>>
      data_;
};

struct List {
  Items items;
  int nesting = 1;
  bool group = false;
};

struct Dict {
  Entries entries;
  int nesting = 1;
};

struct Arguments {
  Items positional;
  std::vector<std::pair<std::string, Value>> named;
};

/// Something with an identity: a macro, a bound method, a namespace, the loop.
class Object {
 public:
  virtual ~Object();
  virtual const char* type_name() const = 0;
  virtual Value attribute(const std::string& name);
  virtual bool callable() const { return false; }
  /// Of the values it holds for itself alone; the interpreter keeps those that can hold themselves.
  virtual int nesting() const { return 0; }
  virtual Value call(Interpreter& interpreter, Arguments arguments);
  virtual bool set_attribute(const std::string& name, Value value);  ///< false: it has none
  virtual void clear() {}  ///< lets go of other values, so that circles of them are freed

  virtual bool truthy() const { return true; }
  virtual std::optional<std::size_t> length() const { return std::nullopt; }  ///< none: it has no len()
  virtual bool iterable() const { return false; }
  /// What a for loop sees; an iterator has none left then.
  virtual Items items(Interpreter& interpreter);
  /// a[index]; undefined where it has no such item.
  virtual Value item(const Value& index, Interpreter& interpreter);
  virtual std::string repr(Limits& limits) const;
  virtual bool equals(const Object& other, Limits&) const { return this == &other; }
};

/// Python's `is`, as far as it can be told: the same container, or equal values of one type.
bool same(const Value& a, const Value& b, Limits& limits);
/// @throws TemplateFailure  for what cannot be the key of a dict
void check_hashable(const Value& key);
/// @throws TemplateFailure  for a nesting that destructors could not undo; else one more
int nesting_above(int inner);

/// -1, 0 or 1 of two whole numbers of any size.
int compare_integers(const Value& a, const Value& b);
/// Python's ==.
bool equal(const Value& a, const Value& b, Limits& limits);
/// Python's <. @throws TemplateFailure  for types that have no order
bool less(const Value& a, const Value& b, Limits& limits);
/// The value of a key, or null.
const Value* find(const Entries& entries, const Value& key, Limits& limits);
const Value* find(const Entries& entries, std::string_view key);
/// entries[key] = value. @throws TemplateFailure  for what cannot be a key
void put(Entries& entries, const Value& key, Value value, Limits& limits);

}  // namespace llmops::text::jinja
