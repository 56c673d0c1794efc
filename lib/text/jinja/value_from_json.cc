#include "text/jinja/value_from_json.h"

namespace llmops::text::jinja {

Value value_from_json(const Json& json) {
  switch (json.type()) {
    case Json::value_t::boolean: return json.get<bool>();
    case Json::value_t::number_integer: return json.get<std::int64_t>();
    case Json::value_t::number_unsigned: return Value::whole_number(std::to_string(json.get<std::uint64_t>()));
    case Json::value_t::number_float: return json.get<double>();
    case Json::value_t::string: return json.get<std::string>();
    case Json::value_t::array: {
      Items items;
      for (const Json& item : json) items.push_back(value_from_json(item));
      return Value::list(std::move(items));
    }
    case Json::value_t::object: {
      Entries entries;
      for (const auto& [key, item] : json.items()) entries.emplace_back(key, value_from_json(item));
      return Value::dict(std::move(entries));
    }
    case Json::value_t::binary: return Value::whole_number(big_integer_digits(json));
    default: return nullptr;
  }
}

}  // namespace llmops::text::jinja
