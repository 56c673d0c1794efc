// Which blocks of a page are its text.
#include "data/read/main_text.h"

#include <algorithm>
#include <vector>

#include "data/read/html.h"
#include "data/read/html_tree.h"
#include "data/read/page_blocks.h"
#include "data/read/page_head.h"
#include "data/read/stop_words.h"
#include "data/read/text_region.h"

namespace llmops::data {

namespace {

constexpr std::size_t kLargestPage = std::size_t{32} << 20;  // whose tree may take 1 GB
constexpr double kMostLinks = 0.5;                           // of a block's bytes
constexpr double kMostListLinks = 0.4;                       // of a list's
constexpr double kMostHeadingLinks = 0.8;
constexpr std::size_t kTinyText = 200;  // bytes below which a page has no main text, but is one

std::vector<bool> keep_by_itself(const PageBlocks& page, const std::vector<Judged>& judged) {
  std::vector<bool> kept(page.blocks.size(), false);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const Block& block = page.blocks[i];
    if (!judged[i].inside || judged[i].aside || block.kind == BlockKind::kHeading) continue;
    const bool linked = block.link_share() > kMostLinks;
    kept[i] = judged[i].prose || (!linked && (block.kind == BlockKind::kCode || block.kind == BlockKind::kRow)) ||
              (!linked && block.paragraph && ends_sentence(block.text));
  }
  return kept;
}

const Section* list_of(const PageBlocks& page, std::size_t section) {
  while (section != 0) {
    if (page.sections[section].list) return &page.sections[section];
    section = page.sections[section].parent;
  }
  return nullptr;
}

bool is_link_list(const PageBlocks& page, const Block& block) {
  const Section* list = list_of(page, block.section);
  return list != nullptr &&
         static_cast<double>(list->link_bytes) > kMostListLinks * static_cast<double>(list->text_bytes);
}

// Short blocks are what the blocks around them are: kept between two that are kept.
void keep_by_neighbours(const PageBlocks& page, const std::vector<Judged>& judged, std::vector<bool>& kept) {
  std::vector<bool> followed(kept.size(), false);
  bool later = false;
  for (std::size_t i = kept.size(); i-- > 0;) {
    followed[i] = later;
    later = later || kept[i];
  }
  bool before = false;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const Block& block = page.blocks[i];
    const bool candidate = judged[i].inside && !judged[i].aside && block.kind != BlockKind::kHeading && !kept[i];
    if (candidate && block.link_share() <= kMostLinks && !is_link_list(page, block)) {
      const bool joined = block.kind == BlockKind::kItem || block.paragraph;
      if ((before && followed[i]) || (joined && (before || followed[i]))) kept[i] = true;
    }
    before = before || kept[i];
  }
}

// A heading is kept with what it is the heading of.
void keep_headings(const PageBlocks& page, const std::vector<Judged>& judged, std::vector<bool>& kept) {
  bool follows = false;
  for (std::size_t i = kept.size(); i-- > 0;) {
    const Block& block = page.blocks[i];
    if (block.kind != BlockKind::kHeading) {
      if (judged[i].inside) follows = kept[i];
      continue;
    }
    kept[i] = follows && judged[i].inside && !judged[i].aside && block.link_share() <= kMostHeadingLinks;
  }
}

std::string join(const PageBlocks& page, const std::vector<bool>& kept) {
  std::string text;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (!kept[i]) continue;
    if (!text.empty()) text += '\n';
    if (page.blocks[i].kind == BlockKind::kItem) text += "- ";
    text += page.blocks[i].text;
  }
  return text;
}

std::string visible_text(const PageBlocks& page, const std::vector<Judged>& judged, bool asides) {
  std::vector<bool> kept(page.blocks.size(), false);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    kept[i] = asides || (!judged[i].aside && page.blocks[i].link_share() <= kMostLinks);
  }
  return join(page, kept);
}

std::string choose_text(const PageBlocks& page) {
  const std::vector<Judged> judged = judge_blocks(page);
  std::vector<bool> kept = keep_by_itself(page, judged);
  keep_by_neighbours(page, judged, kept);
  keep_headings(page, judged, kept);
  std::string text = join(page, kept);
  if (text.size() >= kTinyText) return text;
  std::string visible = visible_text(page, judged, false);
  return visible.empty() ? visible_text(page, judged, true) : visible;
}

}  // namespace

MainText main_text(std::string_view html) {
  MainText page;
  if (html.size() > kLargestPage) {
    page.text = strip_html(html);
    return page;
  }
  const HtmlTree tree(html);
  read_page_head(tree, page);
  page.text = choose_text(page_blocks(tree));
  return page;
}

}  // namespace llmops::data
