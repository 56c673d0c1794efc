// What tags, roles, classes and ids say of an element.
#pragma once

#include <gumbo.h>

#include "data/read/page_blocks.h"

namespace llmops::data {

Mark element_mark(const GumboElement& element);

/// Never seen by a reader: scripts, styles, media, form fields, elements hidden by an attribute or their style.
bool is_unseen(const GumboElement& element);

/// Begins and ends lines.
bool is_block_tag(GumboTag tag);

}  // namespace llmops::data
