// range() and the views that dict.items(), keys() and values() give: sequences without being lists.
#pragma once

#include "text/jinja/interpreter.h"

namespace llmops::text::jinja {

class Range : public Object {
 public:
  /// @throws TemplateFailure  for a step of 0, and for more than 100,000 numbers, the sandbox's own limit
  Range(std::int64_t begin, std::int64_t end, std::int64_t step);

  /// The number at a place, which may be one before the first or after the last.
  std::int64_t number(std::int64_t at) const;
  std::int64_t step() const { return step_; }
  std::size_t size() const { return size_; }

  const char* type_name() const override { return "range"; }
  bool truthy() const override { return size_ > 0; }
  std::optional<std::size_t> length() const override { return size_; }
  bool iterable() const override { return true; }
  Items items(Interpreter& interpreter) override;
  Value item(const Value& index, Interpreter& interpreter) override;
  Value attribute(const std::string& name) override;
  std::string repr(Limits& limits) const override;
  bool equals(const Object& other, Limits& limits) const override;

 private:
  std::int64_t begin_, end_, step_;
  std::size_t size_ = 0;
};

enum class DictPart { kItems, kKeys, kValues };
Value make_view(const Value& dict, DictPart part);
/// (key, value) of each entry.
Items dict_items(const Value& dict, Interpreter& interpreter);

/// Whether Python's reversed() takes it.
bool is_reversible(const Value& value);

}  // namespace llmops::text::jinja
