// What a page says of itself in its head.
#pragma once

#include "data/read/html_tree.h"
#include "data/read/main_text.h"

namespace llmops::data {

/// Fills title, language and url; the text stays as it is.
void read_page_head(const HtmlTree& tree, MainText& page);

}  // namespace llmops::data
