// Building the tree: a stack of open elements, and the rules by which they end.
#include "data/read/html_tree.h"

#include <algorithm>

#include "data/read/header_fields.h"

namespace llmops::data {

namespace {

constexpr std::size_t kDeepest = 512;  // as deep as browsers go

bool is_blank_text(std::string_view text) { return text.find_first_not_of(" \t\r\n\f") == std::string_view::npos; }

}  // namespace

class HtmlBuilder {
 public:
  explicit HtmlBuilder(HtmlTree& tree) : tree_(tree) {}

  void build(std::string_view html) {
    tree_.nodes_.reserve(html.size() / 24 + 16);
    push(Tag::kOther, 0);
    HtmlTokens tokens(html);
    HtmlToken token;
    for (std::size_t first = 0; tokens.next(token, tree_.attributes_); first = tree_.attributes_.size()) {
      switch (token.kind) {
        case HtmlToken::Kind::kText: add_text(token.text); break;
        case HtmlToken::Kind::kStart: start(token, first); break;
        case HtmlToken::Kind::kEnd: end(token.tag); break;
      }
    }
    close_to(0);
  }

 private:
  Tag tag_at(std::size_t depth) const { return tree_.nodes_[open_[depth]].tag; }

  void add_text(std::string_view text) {
    if (in_head() && !is_blank_text(text)) close_to(open_.size() - 1);
    add_node(Tag::kText, tree_.attributes_.size());
    tree_.nodes_.back().text = text;
  }

  // A node that holds nothing yet.
  void add_node(Tag tag, std::size_t first_attribute) {
    HtmlNode node;
    node.tag = tag;
    node.end = static_cast<std::uint32_t>(tree_.nodes_.size() + 1);
    node.first_attribute = static_cast<std::uint32_t>(first_attribute);
    node.attributes = static_cast<std::uint32_t>(tree_.attributes_.size() - first_attribute);
    tree_.nodes_.push_back(node);
  }

  void push(Tag tag, std::size_t first_attribute) {
    open_.push_back(static_cast<std::uint32_t>(tree_.nodes_.size()));
    add_node(tag, first_attribute);
  }

  void close_to(std::size_t depth) {
    for (; open_.size() > depth; open_.pop_back()) {
      tree_.nodes_[open_.back()].end = static_cast<std::uint32_t>(tree_.nodes_.size());
    }
  }

  bool in_head() const { return tag_at(open_.size() - 1) == Tag::kHead; }

  // The head ends where something begins that cannot stand in it; the page would be hidden with it.
  void start(const HtmlToken& token, std::size_t first_attribute) {
    const Tag tag = token.tag;
    if (tag == Tag::kBody) {
      const bool again = body_seen_;
      body_seen_ = true;
      if (again) return;
      close_head();
    } else if (in_head() && !is_head_tag(tag)) {
      close_to(open_.size() - 1);
    }
    end_implied(tag);
    const bool foreign = tag == Tag::kOther || tag == Tag::kSvg || tag == Tag::kMath;
    if (is_void_tag(tag) || (token.self_closing && foreign)) {
      add_node(tag, first_attribute);
    } else if (open_.size() >= kDeepest) {
      ++too_deep_;
      add_node(tag, first_attribute);
    } else {
      push(tag, first_attribute);
    }
  }

  void close_head() {
    for (std::size_t depth = open_.size(); depth-- > 1;) {
      if (tag_at(depth) == Tag::kHead) close_to(depth);
    }
  }

  void end_implied(Tag next) {
    if (!is_block_tag(next) && !is_table_part(next) && next != Tag::kA && next != Tag::kOption &&
        next != Tag::kButton) {
      return;
    }
    for (std::size_t depth = open_.size(); depth-- > 1;) {
      if (ends_before(tag_at(depth), next)) {
        close_to(depth);
      } else if (holds_open(tag_at(depth), next)) {
        return;
      }
    }
  }

  void end(Tag tag) {
    if (tag == Tag::kBr) add_node(tag, tree_.attributes_.size());
    if (is_void_tag(tag) || tag == Tag::kBody || tag == Tag::kHtml) return;
    if (too_deep_ > 0) {
      --too_deep_;
      return;
    }
    const bool reaches_far = is_block_tag(tag) || tag == Tag::kA || tag == Tag::kHead;
    for (std::size_t depth = open_.size(); depth-- > 1;) {
      const Tag open = tag_at(depth);
      if (open == tag) {
        close_to(depth);
        return;
      }
      const bool boundary = is_table_part(tag) ? open == Tag::kTable : tag != Tag::kTable && is_boundary_tag(open);
      if (boundary || (!reaches_far && is_block_tag(open))) return;
    }
  }

  HtmlTree& tree_;
  std::vector<std::uint32_t> open_;  ///< indices of nodes, outermost first; the document stays to the end
  std::size_t too_deep_ = 0;         ///< elements that are open but were not pushed
  bool body_seen_ = false;
};

HtmlTree::HtmlTree(std::string_view html) { HtmlBuilder(*this).build(html); }

std::string_view HtmlTree::attribute(const HtmlNode& node, std::string_view name) const {
  for (std::size_t i = node.first_attribute; i < node.first_attribute + node.attributes; ++i) {
    if (same_name(attributes_[i].name, name)) return attributes_[i].value;
  }
  return "";
}

bool HtmlTree::has_attribute(const HtmlNode& node, std::string_view name) const {
  const auto begin = attributes_.begin() + node.first_attribute;
  return std::any_of(begin, begin + node.attributes, [&](const HtmlAttribute& a) { return same_name(a.name, name); });
}

}  // namespace llmops::data
