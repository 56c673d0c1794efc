// tokenizer.json taken apart: the two long lists as vectors, the rest as JSON.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/json.h"
#include "text/tokenizer.h"

namespace llmops::text {

/// An ordered Json object finds a key by searching, so a vocabulary of 100,000 would take minutes to build in one.
struct TokenizerFile {
  std::string origin;                                       ///< for errors
  Json rules;                                               ///< everything but model.vocab and model.merges
  std::vector<std::pair<std::string, TokenId>> vocab;       ///< in file order; ids unchecked for duplicates
  std::vector<std::pair<std::string, double>> pieces;       ///< Unigram's vocabulary: texts and scores by id
  std::vector<std::pair<std::string, std::string>> merges;  ///< best first
};

/// Ids at or above this are refused: the tables are as long as the largest id.
constexpr TokenId kMaxTokenId = 1 << 22;

/// @throws InputError  file, place and reason
TokenizerFile parse_tokenizer_file(std::string_view text, const std::string& origin);
TokenizerFile take_tokenizer_apart(const Json& tokenizer_json, const std::string& origin);

/// "a b" into its two halves. @throws InputError  when there are not exactly two
std::pair<std::string, std::string> split_merge(std::string_view merge, std::size_t index, const std::string& origin);

/// @throws InputError  model.vocab[index] is not [piece, score]
[[noreturn]] void throw_piece_format(std::size_t index, const std::string& origin);

/// @throws InputError  for an id that is negative or too large
TokenId checked_token_id(std::int64_t id, std::string_view token, const std::string& origin);

}  // namespace llmops::text
