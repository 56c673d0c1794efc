// The part of a page its text stands in.
#pragma once

#include <vector>

#include "data/read/page_blocks.h"

namespace llmops::data {

/// Of each block, what main_text() needs to judge it.
struct Judged {
  bool aside = false;   ///< stands in what the author marked as beside the text
  bool prose = false;   ///< long, hardly linked, made of sentences
  bool inside = false;  ///< within the region of the text
};

/// The region is what the author marked as the text, or as the content, where enough of the page's prose stands in it;
/// else the smallest section that holds nearly all prose.
std::vector<Judged> judge_blocks(const PageBlocks& page);

}  // namespace llmops::data
