// simdjson finds where everything is; this builds the document.
#include "core/fast_json.h"

#include <simdjson.h>

namespace llmops {
namespace {

constexpr std::size_t kMostBytes = std::size_t{256} << 10;  // a parser keeps some 15 times as much, for each thread

// False where the document nests too deep.
bool build(simdjson::dom::element from, int depth, Json& to) {
  using Type = simdjson::dom::element_type;
  switch (from.type()) {
    case Type::OBJECT:
      if (depth == 0) return false;
      to = Json::object();
      for (const auto [key, value] : simdjson::dom::object(from)) {
        if (!build(value, depth - 1, to[std::string(key)])) return false;
      }
      return true;
    case Type::ARRAY:
      if (depth == 0) return false;
      to = Json::array();
      for (const simdjson::dom::element value : simdjson::dom::array(from)) {
        if (!build(value, depth - 1, to.emplace_back())) return false;
      }
      return true;
    case Type::STRING: to = std::string(std::string_view(from)); return true;
    case Type::DOUBLE: to = double(from); return true;
    case Type::UINT64: to = std::uint64_t(from); return true;
    case Type::INT64:
      if (std::int64_t(from) < 0) {
        to = std::int64_t(from);
      } else {
        to = static_cast<std::uint64_t>(std::int64_t(from));  // as the other parser has it
      }
      return true;
    case Type::BOOL: to = bool(from); return true;
    case Type::NULL_VALUE: break;
  }
  to = nullptr;
  return true;
}

}  // namespace

std::optional<Json> parse_json_fast(std::string_view text, int most_depth) {
  if (text.size() > kMostBytes) return std::nullopt;
  thread_local simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (parser.parse(text.data(), text.size()).get(root) != simdjson::SUCCESS) return std::nullopt;
  Json document;
  if (!build(root, most_depth, document)) return std::nullopt;
  return document;
}

}  // namespace llmops
