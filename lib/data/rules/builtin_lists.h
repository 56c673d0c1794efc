// The lists of English words that come with the program.
#pragma once

#include <string_view>

namespace llmops::data {

/// A word or phrase a line; "" for an unknown name.
/// @param name  "profanity": swear words and their forms. "toxicity": insults, threats and wishes of harm
std::string_view builtin_word_list(std::string_view name);

}  // namespace llmops::data
