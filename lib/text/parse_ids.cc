// Token ids as people and scripts write them.
#include "text/parse_ids.h"

#include <fmt/format.h>

#include <charconv>

#include "core/error.h"
#include "core/json.h"

namespace llmops::text {
namespace {

constexpr std::string_view kBetween = " \t\r\n,";

TokenId checked_id(std::int64_t id, const std::string& origin) {
  if (id < 0 || id > INT32_MAX) throw InputError(fmt::format("{}: {} is not a token id", origin, id));
  return static_cast<TokenId>(id);
}

std::vector<TokenId> ids_of_json(std::string_view text, const std::string& origin) {
  Json list = parse_json(text, origin);
  if (list.is_object()) list = json_get<Json>(list, "ids", origin);
  if (!list.is_array()) throw_json_type("ids", list, origin);
  std::vector<TokenId> ids;
  ids.reserve(list.size());
  for (const Json& id : list) {
    const bool fits = id.is_number_integer() && (!id.is_number_unsigned() || id.get<std::uint64_t>() <= INT32_MAX);
    if (!fits) throw InputError(fmt::format("{}: ids[{}] is not a token id", origin, ids.size()));
    ids.push_back(checked_id(id.get<std::int64_t>(), origin));
  }
  return ids;
}

}  // namespace

std::vector<TokenId> parse_ids(std::string_view text, const std::string& origin) {
  std::vector<TokenId> ids;
  std::size_t at = text.find_first_not_of(kBetween);
  if (at == std::string_view::npos) return ids;
  if (text[at] == '[' || text[at] == '{') return ids_of_json(text, origin);
  while (at != std::string_view::npos) {
    const std::size_t end = std::min(text.find_first_of(kBetween, at), text.size());
    const std::string_view word = text.substr(at, end - at);
    std::int64_t id = 0;
    const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), id);
    if (error != std::errc() || stop != word.data() + word.size()) {
      throw InputError(fmt::format("{}: '{}' is not a token id", origin, word.substr(0, 40)),
                       "ids come as [1, 2], {\"ids\": [1, 2]} or numbers with spaces or commas between");
    }
    ids.push_back(checked_id(id, origin));
    at = text.find_first_not_of(kBetween, end);
  }
  return ids;
}

}  // namespace llmops::text
