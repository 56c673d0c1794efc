#include "infer/line_answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/spelling.h"

namespace llmops::infer {

Json error_answer(const Error& error) {
  return {{"error", {{"code", error.code()}, {"message", error.what()}, {"hint", error.hint()}}}};
}

Json parse_request(const LineSource::Line& line, const std::string& source, const std::vector<std::string>& known) {
  const std::string origin = fmt::format("{}:{}", source, line.number);
  Json request = parse_json(line.text, origin);
  if (!request.is_object()) throw InputError(origin + ": the line is not a JSON object");
  for (const auto& [key, value] : request.items()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    throw InputError(fmt::format("{}: unknown key '{}'", origin, key), did_you_mean(key, known));
  }
  return request;
}

std::vector<text::TokenId> token_ids(const Json& ids, const std::string& origin) {
  const auto fail = [&] { throw InputError(origin + ": 'ids' is not a list of token ids"); };
  if (!ids.is_array()) fail();
  std::vector<text::TokenId> tokens;
  tokens.reserve(ids.size());
  for (const Json& id : ids) {
    constexpr std::int64_t kMost = std::numeric_limits<text::TokenId>::max();
    if (!id.is_number_integer() || id.get<std::int64_t>() < -kMost || id.get<std::int64_t>() > kMost) fail();
    tokens.push_back(id.get<text::TokenId>());
  }
  return tokens;
}

}  // namespace llmops::infer
