// Tokens found in the text as they are written, before anything else looks at it.
#include "text/pipeline/added_tokens.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "text/bpe/tokenizer_file.h"
#include "text/unicode.h"
#include "text/utf8.h"

namespace llmops::text {
namespace {

// Start of the last character before `at`.
std::size_t previous_character(std::string_view text, std::size_t at) {
  std::size_t begin = at - 1;
  while (begin > 0 && at - begin < 4 && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80) --begin;
  return begin + utf8_step(text, begin).length == at ? begin : at - 1;
}

bool word_before(std::string_view text, std::size_t at) {
  return at > 0 && is_word_character(utf8_step(text, previous_character(text, at)).code_point);
}

bool word_after(std::string_view text, std::size_t at) {
  return at < text.size() && is_word_character(utf8_step(text, at).code_point);
}

std::size_t skip_space_left(std::string_view text, std::size_t at, std::size_t limit) {
  while (at > limit) {
    const std::size_t begin = previous_character(text, at);
    if (!is_white_space(utf8_step(text, begin).code_point)) break;
    at = begin;
  }
  return std::max(at, limit);
}

std::size_t skip_space_right(std::string_view text, std::size_t at) {
  while (at < text.size() && is_white_space(utf8_step(text, at).code_point)) at += utf8_step(text, at).length;
  return at;
}

}  // namespace

void AddedTokenFinder::add(const AddedToken& token, std::string_view content) {
  if (content.empty()) return;
  std::uint32_t node = 0;
  for (const char c : content) {
    const auto byte = static_cast<unsigned char>(c);
    const auto [edge, added] = edges_.try_emplace(std::uint64_t{node} << 8 | byte, token_of_node_.size());
    if (added) token_of_node_.push_back(-1);
    node = edge->second;
  }
  starts_[static_cast<unsigned char>(content[0])] = true;
  token_of_node_[node] = static_cast<std::int32_t>(tokens_.size());
  tokens_.push_back(token);
}

std::optional<std::pair<std::size_t, std::size_t>> AddedTokenFinder::match_at(std::string_view text,
                                                                              std::size_t at) const {
  std::optional<std::pair<std::size_t, std::size_t>> longest;
  std::uint32_t node = 0;
  for (std::size_t i = at; i < text.size(); ++i) {
    const auto edge = edges_.find(std::uint64_t{node} << 8 | static_cast<unsigned char>(text[i]));
    if (edge == edges_.end()) break;
    node = edge->second;
    if (token_of_node_[node] >= 0) longest = {static_cast<std::size_t>(token_of_node_[node]), i + 1 - at};
  }
  return longest;
}

std::vector<TextPart> AddedTokenFinder::split(std::string_view text) const {
  std::vector<TextPart> parts;
  std::size_t done = 0;  // end of the last part
  for (std::size_t at = 0; at < text.size() && !empty();) {
    const auto match = starts_[static_cast<unsigned char>(text[at])] ? match_at(text, at) : std::nullopt;
    if (!match) {
      ++at;
      continue;
    }
    const AddedToken& token = tokens_[match->first];
    std::size_t begin = at;
    std::size_t end = at + match->second;
    at = end;
    if (begin < done) continue;  // inside white space that the token before has taken
    if (token.single_word && (word_before(text, begin) || word_after(text, end))) continue;
    if (token.lstrip) begin = skip_space_left(text, begin, done);
    if (token.rstrip) end = skip_space_right(text, end);
    if (begin > done) parts.push_back({{done, begin}, std::nullopt});
    parts.push_back({{begin, end}, token.id});
    done = end;
  }
  if (done < text.size()) parts.push_back({{done, text.size()}, std::nullopt});
  return parts;
}

AddedToken read_added_token(const Json& entry, const std::string& where) {
  AddedToken token;
  token.content = json_get<std::string>(entry, "content", where);
  token.special = json_get_or(entry, "special", false, where);
  token.normalized = json_get_or(entry, "normalized", !token.special, where);
  token.single_word = json_get_or(entry, "single_word", false, where);
  token.lstrip = json_get_or(entry, "lstrip", false, where);
  token.rstrip = json_get_or(entry, "rstrip", false, where);
  return token;
}

std::vector<AddedToken> read_added_tokens(const Json& rules, const std::string& origin) {
  std::vector<AddedToken> tokens;
  const Json list = json_get_or(rules, "added_tokens", Json::array(), origin);
  if (!list.is_array()) throw_json_type("added_tokens", list, origin);
  for (const Json& entry : list) {
    const std::string where = fmt::format("{}: added_tokens[{}]", origin, tokens.size());
    tokens.push_back(read_added_token(entry, where));
    tokens.back().id = checked_token_id(json_get<std::int64_t>(entry, "id", where), tokens.back().content, origin);
  }
  return tokens;
}

}  // namespace llmops::text
