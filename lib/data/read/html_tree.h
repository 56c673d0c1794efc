// The tree of an HTML page, parsed by gumbo within bounds that no page can break.
#pragma once

#include <gumbo.h>

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace llmops::data {

/// Parsing takes time and memory that grow with the page times its depth, so a page that is nested deeper than 512 open
/// elements, is above 16 MiB or makes a tree above 32 times its size is refused.
class HtmlTree {
 public:
  /// @param html  UTF-8; must outlive the tree
  explicit HtmlTree(std::string_view html);
  ~HtmlTree();
  HtmlTree(const HtmlTree&) = delete;
  HtmlTree& operator=(const HtmlTree&) = delete;

  /// The document's node; null where the page was refused.
  const GumboNode* document() const { return document_; }

 private:
  class Arena;
  std::unique_ptr<Arena> arena_;
  const GumboNode* document_ = nullptr;
};

/// The value of an attribute; "" for none.
std::string_view attribute(const GumboElement& element, const char* name);
bool has_attribute(const GumboElement& element, const char* name);

/// Children of a document, an element or a template; none for the others.
const GumboVector* children_of(const GumboNode& node);

/// Depth first, without recursion, as deep as the tree may be.
/// @param enter  (const GumboNode&) -> bool, whether to go into its children
/// @param leave  (const GumboNode&), for each node that was gone into
template <typename Enter, typename Leave>
void walk_tree(const GumboNode& root, Enter&& enter, Leave&& leave) {
  struct Level {
    const GumboNode* node;
    unsigned int next;
  };
  std::vector<Level> path;
  const auto visit = [&](const GumboNode& node) {
    if (enter(node)) path.push_back({&node, 0});
  };
  visit(root);
  while (!path.empty()) {
    Level& level = path.back();
    const GumboVector* children = children_of(*level.node);
    if (children != nullptr && level.next < children->length) {
      visit(*static_cast<const GumboNode*>(children->data[level.next++]));
    } else {
      leave(*level.node);
      path.pop_back();
    }
  }
}

}  // namespace llmops::data
