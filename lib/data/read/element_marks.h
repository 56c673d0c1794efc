// What tags, roles, classes and ids say of an element.
#pragma once

#include "data/read/page_blocks.h"

namespace llmops::data {

Mark element_mark(const HtmlTree& tree, const HtmlNode& element);

/// Never seen by a reader: scripts, styles, media, form fields, elements hidden by an attribute or their style.
bool is_unseen(const HtmlTree& tree, const HtmlNode& element);

}  // namespace llmops::data
