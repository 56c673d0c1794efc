// Normalizers that look at one character at a time.
#pragma once

#include <memory>
#include <string>

#include "text/normalize/normalizer.h"

namespace llmops::text {

/// Writes what stands for a character; nothing for one that is left out.
using CharacterRule = void (*)(char32_t character, std::string& out);

void lowercase(char32_t character, std::string& out);
void drop_marks(char32_t character, std::string& out);             ///< StripAccents, after a decomposition
void drop_nonspacing_marks(char32_t character, std::string& out);  ///< BERT's
void clean_for_bert(char32_t character, std::string& out);  ///< no control characters; any white space is a space
void space_out_ideographs(char32_t character, std::string& out);
void clean_for_nmt(char32_t character, std::string& out);   ///< SentencePiece's "nmt" rules
void write_as_bytes(char32_t character, std::string& out);  ///< GPT-2's alphabet

/// Bytes that are not UTF-8 stay as they are.
std::unique_ptr<Normalizer> make_character_map(CharacterRule rule);

}  // namespace llmops::text
