// The tree of an HTML page: a list of its nodes in order of the page.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "data/read/html_tokens.h"

namespace llmops::data {

struct HtmlNode {
  Tag tag = Tag::kText;
  std::uint32_t end = 0;              ///< index behind the last node within it
  std::uint32_t first_attribute = 0;  ///< into the tree's attributes
  std::uint32_t attributes = 0;       ///< how many
  std::string_view text;              ///< of kText: as written, entities and all
};

/// Ends that are left out are supplied as browsers do, roughly: elements that are closed in the wrong order end with
/// the one around them instead of being opened again. Time and memory are proportional to the page; elements deeper
/// than 512 become siblings. There is no gumbo behind it, because that aborts the process for some pages
/// ("<table><svg><title><![CDATA[ ") and takes quadratic time for others.
class HtmlTree {
 public:
  /// @param html  UTF-8, up to 4 GiB; must outlive the tree
  explicit HtmlTree(std::string_view html);

  /// The first one is the document, no element.
  const std::vector<HtmlNode>& nodes() const { return nodes_; }

  /// As written; "" for none.
  std::string_view attribute(const HtmlNode& node, std::string_view name) const;
  bool has_attribute(const HtmlNode& node, std::string_view name) const;

 private:
  friend class HtmlBuilder;
  std::vector<HtmlNode> nodes_;
  std::vector<HtmlAttribute> attributes_;
};

/// Depth first, without recursion.
/// @param enter  (const HtmlNode&) -> bool, whether to go into it; of a text it does not matter
/// @param leave  (const HtmlNode&), for each element that was gone into
template <typename Enter, typename Leave>
void walk_tree(const HtmlTree& tree, const HtmlNode& root, Enter&& enter, Leave&& leave) {
  const std::vector<HtmlNode>& nodes = tree.nodes();
  std::vector<const HtmlNode*> path;
  for (std::size_t i = static_cast<std::size_t>(&root - nodes.data()); i < root.end;) {
    const HtmlNode& node = nodes[i];
    if (enter(node) && node.tag != Tag::kText) {
      path.push_back(&node);
      ++i;
    } else {
      i = node.end;
    }
    for (; !path.empty() && path.back()->end <= i; path.pop_back()) leave(*path.back());
  }
}

}  // namespace llmops::data
