// A page as its blocks of text, and the sections (elements) they stand in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "data/read/html_tree.h"

namespace llmops::data {

/// What the page's author says of an element, by its tag, role, class or id.
enum class Mark : std::uint8_t {
  kNone,
  kAside,    ///< not what the page is about: navigation, footer, shares, cookies, comments, ...
  kContent,  ///< <main>, <article> or role="main"
  kText,     ///< the text itself: itemprop="articleBody", class "entry-content", ...
};

struct Section {
  std::size_t parent = 0;  ///< its own index for the first one
  Mark mark = Mark::kNone;
  bool list = false;           ///< ul, ol, dl or menu
  std::size_t text_bytes = 0;  ///< within it, children included
  std::size_t link_bytes = 0;  ///< of these, within links
};

enum class BlockKind : std::uint8_t { kText, kHeading, kItem, kRow, kCode };

/// A run of text that no block element interrupts.
struct Block {
  BlockKind kind = BlockKind::kText;
  std::size_t section = 0;     ///< index of the innermost
  std::string text;            ///< blanks collapsed but for kCode; "\n" only of <br> and in kCode
  std::size_t link_bytes = 0;  ///< of the text, within links
  bool paragraph = false;      ///< within a <p> or <blockquote>

  double link_share() const;
};

struct PageBlocks {
  std::vector<Section> sections;  ///< in order of the page; a parent stands before its children
  std::vector<Block> blocks;      ///< in order of the page
};

/// All that a reader would see: no scripts, styles, hidden elements, form fields.
PageBlocks page_blocks(const HtmlTree& tree);

/// Whether a table holds data: rows of short cells without blocks in them. Other tables lay out a page.
bool is_data_table(const HtmlTree& tree, const HtmlNode& table);

}  // namespace llmops::data
