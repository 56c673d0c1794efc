// How many sentences a line has.
#pragma once

#include <string_view>

#include "data/rules/words.h"

namespace llmops::data {

/// A sentence ends at a full stop (or a mark like it) that is a word of its own, and at what punctuation follows:
/// "e.g." and "3.5" end none. As spaCy's sentencizer counts.
/// @param chunks  scratch
std::size_t count_sentences(std::string_view line, ChunkSplitter& chunks);

}  // namespace llmops::data
