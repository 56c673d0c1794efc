// What `llmops tokenize` shows of a text or of ids.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/json.h"
#include "text/tokenizer.h"

namespace llmops::text {

/// The same for scripts and for people.
struct TokenizeReport {
  Json json;
  std::string text;
};

/// {"ids", "text"}: `text` is what the text's own ids decode to, without what `add_special` puts around them, so that
/// it equals the input wherever the tokenizer gives all of it back.
/// @param ids  encode(input, add_special)
TokenizeReport report_ids(const Tokenizer& tokenizer, std::string_view input, std::span<const TokenId> ids,
                          bool add_special);

/// As report_ids, and "tokens": each with its bytes [begin, end) and characters [char_begin, char_end) of the input,
/// and what stands there; of a token that is a part of a character, the characters are the whole one, and the text is
/// U+FFFD. As text, a table.
/// @param width  columns of the terminal; 0: never cut
TokenizeReport report_offsets(const Tokenizer& tokenizer, std::string_view input, bool add_special, int width);

/// {"text", "ids"} of ids.
/// @throws InputError  for an id outside of the vocabulary
TokenizeReport report_decoded(const Tokenizer& tokenizer, std::span<const TokenId> ids, bool skip_special);

struct TokenCount {
  std::string name;
  std::uint64_t tokens = 0;
  std::uint64_t characters = 0;  ///< code points; a broken part of UTF-8 counts as one
  std::uint64_t bytes = 0;
};

/// @param seconds  that encoding all of them took, without loading
/// @return {"tokens", "characters", "bytes", "seconds", "tokens_per_second"}, for several with a list "texts"
TokenizeReport report_counts(std::span<const TokenCount> counts, double seconds, int width);

struct NamedText {
  std::string name;
  std::string text;
};

/// Encodes all of them, measuring the time, and reports as report_counts.
/// @param threads  0: as many as the machine has
TokenizeReport count_texts(const Tokenizer& tokenizer, std::span<const NamedText> texts, bool add_special, int threads,
                           int width);

/// Code points of any bytes.
std::uint64_t count_characters(std::string_view text);

}  // namespace llmops::text
