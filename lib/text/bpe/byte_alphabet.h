// GPT-2's byte alphabet: each byte as a printable character, so that vocabularies are text.
// Source: Radford et al., 2019, "Language Models are Unsupervised Multitask Learners"; the encoder published with it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace llmops::text {

/// The character for a byte: itself where it is printable in Latin-1, else U+0100 and up in byte order.
char32_t byte_to_character(unsigned char byte);

/// "Ġhello" to " hello"; none when a character is not of the alphabet.
std::optional<std::string> alphabet_to_bytes(std::string_view text);
std::string bytes_to_alphabet(std::string_view bytes);

}  // namespace llmops::text
