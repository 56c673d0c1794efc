#include "text/jinja/views.h"

#include <fmt/format.h>

#include <algorithm>

#include "text/jinja/failure.h"
#include "text/jinja/text_form.h"

namespace llmops::text::jinja {
namespace {

class DictView : public Object {
 public:
  DictView(Value dict, DictPart part) : dict_(std::move(dict)), part_(part), nesting_(nesting_above(dict_.nesting())) {}
  const char* type_name() const override {
    return part_ == DictPart::kItems ? "dict_items" : part_ == DictPart::kKeys ? "dict_keys" : "dict_values";
  }
  int nesting() const override { return nesting_; }
  bool truthy() const override { return !dict_.entries().empty(); }
  std::optional<std::size_t> length() const override { return dict_.entries().size(); }
  bool iterable() const override { return true; }

  Items items(Interpreter& interpreter) override {
    if (part_ == DictPart::kItems) return dict_items(dict_, interpreter);
    Items items;
    for (const auto& [key, value] : dict_.entries()) items.push_back(part_ == DictPart::kKeys ? key : value);
    interpreter.limits.charge(items.size());
    return items;
  }

  std::string repr(Limits& limits) const override {
    std::string out;
    for (const auto& [key, value] : dict_.entries()) {
      if (!out.empty()) out += ", ";
      if (part_ == DictPart::kItems) {
        out += fmt::format("({}, {})", jinja::repr(key, limits), jinja::repr(value, limits));
      } else {
        out += jinja::repr(part_ == DictPart::kKeys ? key : value, limits);
      }
      limits.charge_text(out.size() / 8);
    }
    return fmt::format("{}([{}])", type_name(), out);
  }

  /// Keys and items are sets; values are like nothing but themselves.
  bool equals(const Object& other, Limits& limits) const override {
    const auto* view = dynamic_cast<const DictView*>(&other);
    if (view == nullptr || view->part_ != part_ || part_ == DictPart::kValues) return false;
    if (view->dict_.entries().size() != dict_.entries().size()) return false;
    return std::all_of(dict_.entries().begin(), dict_.entries().end(), [&](const auto& entry) {
      const Value* found = find(view->dict_.entries(), entry.first, limits);
      return found != nullptr && (part_ == DictPart::kKeys || equal(*found, entry.second, limits));
    });
  }

 private:
  Value dict_;
  DictPart part_;
  int nesting_;
};

std::size_t range_size(std::int64_t begin, std::int64_t end, std::int64_t step) {
  constexpr __int128 kMost = 100'000;
  if (step == 0) throw TemplateFailure("range() arg 3 must not be zero");
  const __int128 span = step > 0 ? __int128{end} - begin : __int128{begin} - end;
  const __int128 stride = step > 0 ? __int128{step} : -__int128{step};
  const __int128 size = span <= 0 ? 0 : (span + stride - 1) / stride;
  if (size > kMost) throw TemplateFailure("Range too big. The sandbox blocks ranges larger than MAX_RANGE (100000).");
  return static_cast<std::size_t>(size);
}

}  // namespace

Range::Range(std::int64_t begin, std::int64_t end, std::int64_t step)
    : begin_(begin), end_(end), step_(step), size_(range_size(begin, end, step)) {}

std::int64_t Range::number(std::int64_t at) const {
  // Past an end that lies near the limits of 64 bits there is nothing.
  const __int128 exact = __int128{begin_} + __int128{at} * step_;
  return static_cast<std::int64_t>(std::clamp<__int128>(exact, INT64_MIN, INT64_MAX));
}

Items Range::items(Interpreter& interpreter) {
  interpreter.limits.charge(size_);
  Items items;
  items.reserve(size_);
  for (std::size_t i = 0; i < size_; ++i) items.emplace_back(number(static_cast<std::int64_t>(i)));
  return items;
}

Value Range::item(const Value& index, Interpreter&) {
  const auto size = static_cast<std::int64_t>(size_);
  const std::int64_t at = !index.is_integral() ? -1 : index.integer() < 0 ? index.integer() + size : index.integer();
  if (at < 0 || at >= size) return Value::undefined("range object index out of range");
  return number(at);
}

Value Range::attribute(const std::string& name) {
  if (name == "start") return begin_;
  if (name == "stop") return end_;
  if (name == "step") return step_;
  return Object::attribute(name);
}

std::string Range::repr(Limits&) const {
  return step_ == 1 ? fmt::format("range({}, {})", begin_, end_)
                    : fmt::format("range({}, {}, {})", begin_, end_, step_);
}

bool Range::equals(const Object& other, Limits&) const {
  const auto* range = dynamic_cast<const Range*>(&other);
  return range != nullptr && range->size_ == size_ &&
         (size_ == 0 || (range->begin_ == begin_ && (size_ == 1 || range->step_ == step_)));
}

Value make_view(const Value& dict, DictPart part) {
  return std::static_pointer_cast<Object>(std::make_shared<DictView>(dict, part));
}

Items dict_items(const Value& dict, Interpreter& interpreter) {
  Items items;
  for (const auto& [key, value] : dict.entries()) items.push_back(Value::tuple({key, value}));
  interpreter.limits.charge(4 * items.size());
  return items;
}

bool is_reversible(const Value& value) {
  if (value.is_object()) return value.object()->length().has_value();
  return value.is_string() || value.is_sequence() || value.is_dict() || value.is_undefined();
}

}  // namespace llmops::text::jinja
