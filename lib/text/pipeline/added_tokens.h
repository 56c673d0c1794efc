// Tokens found in the text as they are written, before anything else looks at it: "<|im_end|>" and the like.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/json.h"
#include "text/regex.h"
#include "text/tokenizer.h"

namespace llmops::text {

struct AddedToken {
  TokenId id = 0;
  std::string content;
  bool special = false;      ///< left out of decoded text
  bool normalized = false;   ///< looked for after normalization
  bool single_word = false;  ///< not inside a word
  bool lstrip = false;       ///< takes the white space before it
  bool rstrip = false;       ///< takes the white space after it
};

/// A part of a text: a token, or text between tokens.
struct TextPart {
  Range range;
  std::optional<TokenId> token;
};

/// Finds the leftmost, then longest token. Immutable once filled.
class AddedTokenFinder {
 public:
  /// @param content  what to look for; an empty one is ignored
  void add(const AddedToken& token, std::string_view content);
  bool empty() const { return tokens_.empty(); }
  /// The whole text, in order; empty parts are left out.
  std::vector<TextPart> split(std::string_view text) const;

 private:
  // Longest token that begins at `at`: its index and length.
  std::optional<std::pair<std::size_t, std::size_t>> match_at(std::string_view text, std::size_t at) const;

  std::vector<AddedToken> tokens_;
  std::unordered_map<std::uint64_t, std::uint32_t> edges_;  // node << 8 | byte -> node; node 0 is the root
  std::vector<std::int32_t> token_of_node_ = {-1};
  bool starts_[256] = {};  // first bytes of tokens
};

/// Text and flags of a token, without its id. @throws InputError  for a wrong field
AddedToken read_added_token(const Json& entry, const std::string& where);
/// "added_tokens" of tokenizer.json. @throws InputError  for a wrong field
std::vector<AddedToken> read_added_tokens(const Json& rules, const std::string& origin);

}  // namespace llmops::text
