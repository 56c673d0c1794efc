// What sequence filters look at in each item.
#include "text/jinja/item_key.h"

#include <algorithm>

#include "text/jinja/attributes.h"
#include "text/jinja/text_tools.h"

namespace llmops::text::jinja {

ItemKey::ItemKey(const Value& attribute, bool ignore_case, Value fallback)
    : ignore_case_(ignore_case), fallback_(std::move(fallback)) {
  if (!attribute.is_string()) {
    if (!attribute.is_none() && !attribute.is_undefined()) path_.push_back(attribute);
    return;
  }
  const std::string& text = attribute.text();
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('.', at), text.size());
    const std::string part = text.substr(at, end - at);
    const bool index = !part.empty() && part.size() < 10 && part.find_first_not_of("0123456789") == std::string::npos;
    path_.push_back(index ? Value(std::int64_t{std::stoi(part)}) : Value(part));
    at = end + 1;
  }
}

Value ItemKey::operator()(const Value& item, Interpreter& interpreter) const {
  Value value = item;
  for (const Value& step : path_) {
    value = get_item(value, step, interpreter);
    if (value.is_undefined() && !fallback_.is_none()) value = fallback_;
  }
  return ignore_case_ && value.is_string() ? Value(lower(value.text())) : value;
}

}  // namespace llmops::text::jinja
