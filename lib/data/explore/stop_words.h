// Words that say nothing of what a text is about.
#pragma once

#include <string_view>

namespace llmops::data::explore {

/// Of English, lower case: a list of its commonest function words.
bool is_stop_word(std::string_view word);

}  // namespace llmops::data::explore
