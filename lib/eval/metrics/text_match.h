// Exact match and word overlap of an answer and a reference.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "text/regex.h"

namespace llmops::eval {

/// What exact_match removes from both texts first, in this order (as Hugging Face's `exact_match`).
struct MatchOptions {
  std::vector<text::Regex> regexes_to_ignore;
  bool ignore_case = false;
  bool ignore_punctuation = false;  ///< ASCII
  bool ignore_numbers = false;      ///< ASCII digits
};

bool exact_match(std::string_view output, std::string_view reference, const MatchOptions& options);

/// F1 over words, order ignored, 0 to 1. Source: the evaluation script of SQuAD 1.1.
double word_f1(std::string_view output, std::string_view reference);

}  // namespace llmops::eval
