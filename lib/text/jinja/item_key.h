// What sequence filters look at in each item: itself, or an attribute of it ("a.b.0").
#pragma once

#include <string>
#include <vector>

#include "text/jinja/interpreter.h"

namespace llmops::text::jinja {

class ItemKey {
 public:
  /// @param attribute     a dotted path of names and indexes, an index, or None for the item itself
  /// @param ignore_case   compare text in lower case
  explicit ItemKey(const Value& attribute, bool ignore_case = false, Value fallback = nullptr);
  Value operator()(const Value& item, Interpreter& interpreter) const;
  const Value& fallback() const { return fallback_; }

 private:
  Items path_;
  bool ignore_case_;
  Value fallback_;  // for what is undefined; none when null
};

}  // namespace llmops::text::jinja
