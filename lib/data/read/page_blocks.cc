// One walk over the tree that gathers text until a block element begins or ends.
#include "data/read/page_blocks.h"

#include <algorithm>
#include <cstring>

#include "data/read/element_marks.h"

namespace llmops::data {

namespace {

constexpr std::size_t kLongestCell = 500;  // bytes; a cell with more is a column of a layout

bool is_heading(GumboTag tag) { return tag >= GUMBO_TAG_H1 && tag <= GUMBO_TAG_H6; }
bool is_list(GumboTag tag) {
  return tag == GUMBO_TAG_UL || tag == GUMBO_TAG_OL || tag == GUMBO_TAG_DL || tag == GUMBO_TAG_MENU;
}
bool is_code(GumboTag tag) { return tag == GUMBO_TAG_PRE || tag == GUMBO_TAG_LISTING || tag == GUMBO_TAG_XMP; }
bool is_prose(GumboTag tag) { return tag == GUMBO_TAG_P || tag == GUMBO_TAG_BLOCKQUOTE; }
bool is_cell(GumboTag tag) { return tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH; }
bool is_text(const GumboNode& node) {
  return node.type == GUMBO_NODE_TEXT || node.type == GUMBO_NODE_CDATA || node.type == GUMBO_NODE_WHITESPACE;
}
bool is_element(const GumboNode& node) { return node.type == GUMBO_NODE_ELEMENT || node.type == GUMBO_NODE_TEMPLATE; }
bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f'; }

class Gatherer {
 public:
  bool enter(const GumboNode& node) {
    if (is_text(node)) {
      append(node.v.text.text);
      return false;
    }
    if (!is_element(node)) return node.type == GUMBO_NODE_DOCUMENT;
    const GumboElement& element = node.v.element;
    if (element.tag == GUMBO_TAG_BR) line_break();
    if (element.tag == GUMBO_TAG_HR) flush();
    if (is_unseen(element)) return false;
    open_section(node);
    open_kind(node);
    return true;
  }

  void leave(const GumboNode& node) {
    if (!is_element(node)) return;
    close_kind(node);
    if (!owners_.empty() && owners_.back() == &node) {
      flush();
      owners_.pop_back();
      section_ = page_.sections[section_].parent;
    }
  }

  PageBlocks finish() {
    flush();
    for (const Block& block : page_.blocks) {
      page_.sections[block.section].text_bytes += block.text.size();
      page_.sections[block.section].link_bytes += block.link_bytes;
    }
    for (std::size_t i = page_.sections.size(); i-- > 1;) {
      const Section& section = page_.sections[i];
      page_.sections[section.parent].text_bytes += section.text_bytes;
      page_.sections[section.parent].link_bytes += section.link_bytes;
    }
    return std::move(page_);
  }

 private:
  void open_section(const GumboNode& node) {
    const GumboElement& element = node.v.element;
    const Mark mark = element_mark(element);
    if (!is_block_tag(element.tag) && mark == Mark::kNone) return;
    flush();
    owners_.push_back(&node);
    page_.sections.push_back({section_, mark, is_list(element.tag), 0, 0});
    section_ = page_.sections.size() - 1;
  }

  void open_kind(const GumboNode& node) {
    const GumboTag tag = node.v.element.tag;
    if (tag == GUMBO_TAG_A && has_attribute(node.v.element, "href")) ++links_;
    if (is_heading(tag)) ++headings_;
    if (is_code(tag)) ++codes_;
    if (is_prose(tag)) ++paragraphs_;
    if (tag == GUMBO_TAG_LI) item_begins_ = true;
    if (tag == GUMBO_TAG_TABLE && table_ == nullptr && is_data_table(node)) table_ = &node;
    if (is_cell(tag) && table_ != nullptr && !block_.text.empty()) cell_begins_ = true;
  }

  void close_kind(const GumboNode& node) {
    const GumboTag tag = node.v.element.tag;
    if (tag == GUMBO_TAG_A && has_attribute(node.v.element, "href")) --links_;
    // What is gathered still belongs to the element that ends.
    if (is_block_tag(tag)) flush();
    if (is_heading(tag)) --headings_;
    if (is_code(tag)) --codes_;
    if (is_prose(tag)) --paragraphs_;
    if (tag == GUMBO_TAG_TR && table_ != nullptr) end_block();
    if (&node == table_) {
      end_block();
      table_ = nullptr;
    }
    if (tag == GUMBO_TAG_LI) item_begins_ = false;
  }

  // The rows of a data table are blocks, whatever stands in its cells.
  void flush() {
    if (table_ == nullptr) {
      end_block();
    } else {
      gap_ = true;
    }
  }

  void end_block() {
    std::string& text = block_.text;
    const std::size_t end = text.find_last_not_of(" \n");
    text.erase(end == std::string::npos ? 0 : end + 1);
    gap_ = cell_begins_ = false;
    if (text.empty()) return;
    block_.section = block_section_;
    block_.paragraph = paragraphs_ > 0;
    block_.link_bytes = std::min(block_.link_bytes, text.size());
    block_.kind = table_ != nullptr ? BlockKind::kRow
                  : codes_ > 0      ? BlockKind::kCode
                  : headings_ > 0   ? BlockKind::kHeading
                  : item_begins_    ? BlockKind::kItem
                                    : BlockKind::kText;
    item_begins_ = false;
    page_.blocks.push_back(std::move(block_));
    block_ = {};
  }

  void line_break() {
    if (table_ != nullptr || block_.text.empty()) {
      gap_ = true;
    } else if (block_.text.back() == '\n' && codes_ == 0) {
      flush();
    } else {
      block_.text += '\n';
      gap_ = false;
    }
  }

  void append(const char* text) {
    if (block_.text.empty()) block_section_ = section_;
    const std::size_t before = block_.text.size();
    if (codes_ > 0 && table_ == nullptr) {
      block_.text += text;
      if (before == 0) block_.text.erase(0, std::min(block_.text.find_first_not_of('\n'), block_.text.size()));
    } else {
      append_collapsed(text);
    }
    if (links_ > 0) block_.link_bytes += block_.text.size() - before;
  }

  void append_collapsed(const char* text) {
    std::string& out = block_.text;
    for (const char* at = text; *at != '\0';) {
      const bool no_break = at[0] == '\xC2' && at[1] == '\xA0';
      if (is_blank(*at) || no_break) {
        gap_ = true;
        at += no_break ? 2 : 1;
        continue;
      }
      const char* end = at + 1;
      while (*end != '\0' && !is_blank(*end) && *end != '\xC2') ++end;
      if (cell_begins_ && !out.empty()) {
        out += " | ";
      } else if (gap_ && !out.empty() && out.back() != '\n') {
        out += ' ';
      }
      gap_ = cell_begins_ = false;
      out.append(at, end);
      at = end;
    }
  }

  PageBlocks page_{{Section{}}, {}};
  std::size_t section_ = 0;
  std::vector<const GumboNode*> owners_;  ///< elements that are sections, outermost first
  Block block_;                           ///< being gathered
  std::size_t block_section_ = 0;         ///< where its text began
  bool gap_ = false;                      ///< a blank comes before what is appended next
  bool cell_begins_ = false, item_begins_ = false;
  int links_ = 0, headings_ = 0, codes_ = 0, paragraphs_ = 0;  ///< such elements that are open
  const GumboNode* table_ = nullptr;                           ///< the data table that is open
};

}  // namespace

double Block::link_share() const {
  return text.empty() ? 0 : static_cast<double>(link_bytes) / static_cast<double>(text.size());
}

bool is_data_table(const GumboNode& table) {
  bool data = true;
  std::size_t rows = 0, cells = 0, widest = 0, cell_bytes = 0;
  walk_tree(
      table,
      [&](const GumboNode& node) {
        if (!data) return false;
        if (is_text(node)) {
          cell_bytes += std::strlen(node.v.text.text);
          data = cell_bytes <= kLongestCell;
          return false;
        }
        if (!is_element(node)) return false;
        const GumboTag tag = node.v.element.tag;
        data = (tag != GUMBO_TAG_TABLE || &node == &table) && !is_heading(tag) && !is_list(tag) && !is_code(tag) &&
               tag != GUMBO_TAG_FORM && tag != GUMBO_TAG_ARTICLE && tag != GUMBO_TAG_SECTION;
        if (tag == GUMBO_TAG_TR) {
          ++rows;
          cells = 0;
        }
        if (is_cell(tag)) {
          widest = std::max(widest, ++cells);
          cell_bytes = 0;
        }
        return data && !is_unseen(node.v.element);
      },
      [](const GumboNode&) {});
  return data && rows >= 2 && widest >= 2;
}

PageBlocks page_blocks(const GumboNode& document) {
  Gatherer gatherer;
  walk_tree(
      document, [&](const GumboNode& node) { return gatherer.enter(node); },
      [&](const GumboNode& node) { gatherer.leave(node); });
  return gatherer.finish();
}

}  // namespace llmops::data
