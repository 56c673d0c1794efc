// One walk over the tree that gathers text until a block element begins or ends.
#include "data/read/page_blocks.h"

#include <algorithm>

#include "data/read/element_marks.h"
#include "data/read/html.h"

namespace llmops::data {

namespace {

constexpr std::string_view kNoBreak = "\xC2\xA0";  // a blank that ends no line
constexpr std::size_t kLongestCell = 500;          // bytes; a cell with more is a column of a layout

constexpr TagSet kListTags = {Tag::kUl, Tag::kOl, Tag::kDl, Tag::kMenu};
constexpr TagSet kCodeTags = {Tag::kPre, Tag::kListing, Tag::kXmp, Tag::kPlaintext};
constexpr TagSet kProseTags = {Tag::kP, Tag::kBlockquote};
constexpr TagSet kCellTags = {Tag::kTd, Tag::kTh};
// A table with one of these lays out a page.
constexpr TagSet kLayoutTags = {Tag::kH1,  Tag::kH2,   Tag::kH3,    Tag::kH4,      Tag::kH5,
                                Tag::kH6,  Tag::kUl,   Tag::kOl,    Tag::kDl,      Tag::kMenu,
                                Tag::kPre, Tag::kForm, Tag::kTable, Tag::kArticle, Tag::kSection};

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f'; }

class Gatherer {
 public:
  explicit Gatherer(const HtmlTree& tree) : tree_(tree) {}

  bool enter(const HtmlNode& node) {
    if (node.tag == Tag::kText) {
      append(node.text);
      return false;
    }
    if (node.tag == Tag::kBr) line_break();
    if (node.tag == Tag::kHr) flush();
    if (is_unseen(tree_, node)) return false;
    open_section(node);
    open_kind(node);
    return true;
  }

  void leave(const HtmlNode& node) {
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
  void open_section(const HtmlNode& node) {
    const Mark mark = element_mark(tree_, node);
    if (!is_block_tag(node.tag) && mark == Mark::kNone) return;
    flush();
    owners_.push_back(&node);
    page_.sections.push_back({section_, mark, kListTags.contains(node.tag), 0, 0});
    section_ = page_.sections.size() - 1;
  }

  void open_kind(const HtmlNode& node) {
    const Tag tag = node.tag;
    if (tag == Tag::kA && tree_.has_attribute(node, "href")) ++links_;
    if (is_heading_tag(tag)) ++headings_;
    if (kCodeTags.contains(tag)) ++codes_;
    if (kProseTags.contains(tag)) ++paragraphs_;
    if (tag == Tag::kLi) item_begins_ = true;
    if (tag == Tag::kTable && table_ == nullptr && is_data_table(tree_, node)) table_ = &node;
    if (kCellTags.contains(tag) && table_ != nullptr && !block_.text.empty()) cell_begins_ = true;
  }

  void close_kind(const HtmlNode& node) {
    const Tag tag = node.tag;
    if (tag == Tag::kA && tree_.has_attribute(node, "href")) --links_;
    // What is gathered still belongs to the element that ends.
    if (is_block_tag(tag)) flush();
    if (is_heading_tag(tag)) --headings_;
    if (kCodeTags.contains(tag)) --codes_;
    if (kProseTags.contains(tag)) --paragraphs_;
    if (tag == Tag::kTr && table_ != nullptr) end_block();
    if (&node == table_) {
      end_block();
      table_ = nullptr;
    }
    if (tag == Tag::kLi) item_begins_ = false;
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

  void append(std::string_view text) {
    if (text.find('&') != std::string_view::npos) {
      decoded_ = decode_entities(text);
      text = decoded_;
    }
    if (block_.text.empty()) block_section_ = section_;
    const std::size_t before = block_.text.size();
    if (codes_ > 0 && table_ == nullptr) {
      if (before == 0) text.remove_prefix(std::min(text.find_first_not_of("\r\n"), text.size()));
      block_.text += text;
    } else {
      append_collapsed(text);
    }
    if (links_ > 0) block_.link_bytes += block_.text.size() - before;
  }

  void append_collapsed(std::string_view text) {
    std::string& out = block_.text;
    for (std::size_t at = 0; at < text.size();) {
      const bool no_break = text.substr(at, 2) == kNoBreak;
      if (is_blank(text[at]) || no_break) {
        gap_ = true;
        at += no_break ? kNoBreak.size() : 1;
        continue;
      }
      std::size_t end = at + 1;
      while (end < text.size() && !is_blank(text[end]) && text[end] != kNoBreak[0]) ++end;
      if (cell_begins_ && !out.empty()) {
        out += " | ";
      } else if (gap_ && !out.empty() && out.back() != '\n') {
        out += ' ';
      }
      gap_ = cell_begins_ = false;
      out.append(text, at, end - at);
      at = end;
    }
  }

  const HtmlTree& tree_;
  PageBlocks page_{{Section{}}, {}};
  std::size_t section_ = 0;
  std::vector<const HtmlNode*> owners_;  ///< elements that are sections, outermost first
  std::string decoded_;                  ///< a text without its entities
  Block block_;                          ///< being gathered
  std::size_t block_section_ = 0;        ///< where its text began
  bool gap_ = false;                     ///< a blank comes before what is appended next
  bool cell_begins_ = false, item_begins_ = false;
  int links_ = 0, headings_ = 0, codes_ = 0, paragraphs_ = 0;  ///< such elements that are open
  const HtmlNode* table_ = nullptr;                            ///< the data table that is open
};

}  // namespace

double Block::link_share() const {
  return text.empty() ? 0 : static_cast<double>(link_bytes) / static_cast<double>(text.size());
}

bool is_data_table(const HtmlTree& tree, const HtmlNode& table) {
  bool data = true;
  std::size_t rows = 0, cells = 0, widest = 0, cell_bytes = 0;
  const auto look = [&](const HtmlNode& node) {
    if (node.tag == Tag::kText) {
      cell_bytes += node.text.size();
      data = data && cell_bytes <= kLongestCell;
    }
    if (!data || (kLayoutTags.contains(node.tag) && &node != &table)) return data = false;
    if (node.tag == Tag::kTr) {
      ++rows;
      cells = 0;
    }
    if (kCellTags.contains(node.tag)) {
      widest = std::max(widest, ++cells);
      cell_bytes = 0;
    }
    return !is_unseen(tree, node);
  };
  walk_tree(tree, table, look, [](const HtmlNode&) {});
  return data && rows >= 2 && widest >= 2;
}

PageBlocks page_blocks(const HtmlTree& tree) {
  Gatherer gatherer(tree);
  walk_tree(
      tree, tree.nodes().front(), [&](const HtmlNode& node) { return gatherer.enter(node); },
      [&](const HtmlNode& node) { gatherer.leave(node); });
  return gatherer.finish();
}

}  // namespace llmops::data
