// Python's ideas of white space, words, case and length, which the reference implementations of the metrics rely on.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace llmops::eval {

std::vector<std::string> python_split(std::string_view text);  ///< str.split()
std::string python_strip(std::string_view text);               ///< str.strip()
std::string_view python_rstrip(std::string_view text);         ///< str.rstrip()
std::string python_lower(std::string_view text);               ///< str.lower(): "ΟΔΟΣ" is "οδος"
std::string python_upper(std::string_view text);               ///< str.upper(): "ß" is "SS"
std::size_t python_length(std::string_view text);              ///< len(): code points

/// len(re.split(r"\s+", text)), the words of word perplexity: "" has 1.
std::size_t count_split_words(std::string_view text);

bool is_ascii_punctuation(char c);  ///< c in string.punctuation

}  // namespace llmops::eval
