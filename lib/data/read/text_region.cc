// Weighs sections by the prose in them.
#include "data/read/text_region.h"

#include <algorithm>

#include "data/read/stop_words.h"

namespace llmops::data {

namespace {

constexpr std::size_t kProseBytes = 80;          // of a block
constexpr std::size_t kUnspacedProseBytes = 60;  // about 20 characters of Chinese
constexpr double kMostLinks = 0.33;              // of a prose block's bytes
constexpr double kMarkedShare = 0.3;             // of the page's prose, below which marks are not believed
constexpr double kNearlyAll = 0.85;
constexpr double kMostPlain = 0.6;     // of the text that is not linked, prose or not
constexpr double kLesserPart = 0.2;    // of the largest marked section: what is smaller is a teaser
constexpr double kTooMuchAside = 0.5;  // of the page's text that is not linked

bool is_prose(const Block& block) {
  if (block.kind == BlockKind::kHeading || block.kind == BlockKind::kRow || block.link_share() > kMostLinks)
    return false;
  if (block.kind == BlockKind::kCode) return block.text.size() >= kProseBytes;
  if (block.text.size() < kUnspacedProseBytes) return false;
  if (is_unspaced(block.text)) return true;
  const std::size_t needed = ends_sentence(block.text) ? 2 : 4;
  return block.text.size() >= kProseBytes && count_stop_words(block.text, needed) >= needed;
}

class Region {
 public:
  explicit Region(const PageBlocks& page)
      : page_(page), judged_(page.blocks.size()), prose_(page.sections.size(), 0), plain_(page.sections.size(), 0) {
    find_asides();
    for (std::size_t i = 0; i < page.blocks.size(); ++i) {
      const Block& block = page.blocks[i];
      judged_[i].aside = aside_[block.section];
      judged_[i].prose = is_prose(block);
      if (judged_[i].aside) continue;
      plain_[block.section] += static_cast<double>(block.text.size() - block.link_bytes);
      if (judged_[i].prose) prose_[block.section] += static_cast<double>(block.text.size());
    }
    for (std::size_t i = page.sections.size(); i-- > 1;) {
      prose_[page.sections[i].parent] += prose_[i];
      plain_[page.sections[i].parent] += plain_[i];
    }
  }

  std::vector<Judged> judge() {
    std::vector<bool> inside = choose();
    for (std::size_t i = 1; i < inside.size(); ++i) {
      if (inside[page_.sections[i].parent]) inside[i] = true;
    }
    for (std::size_t i = 0; i < judged_.size(); ++i) judged_[i].inside = inside[page_.blocks[i].section];
    return std::move(judged_);
  }

 private:
  // A mark is a name somebody chose: one on most of the page's text means something else.
  void find_asides() {
    aside_.assign(page_.sections.size(), false);
    const auto unlinked = [&](std::size_t i) {
      return static_cast<double>(page_.sections[i].text_bytes - page_.sections[i].link_bytes);
    };
    for (std::size_t i = 1; i < aside_.size(); ++i) {
      const Section& section = page_.sections[i];
      aside_[i] = aside_[section.parent] || (section.mark == Mark::kAside && unlinked(i) < kTooMuchAside * unlinked(0));
    }
  }

  std::vector<bool> choose() {
    for (const Mark mark : {Mark::kText, Mark::kContent}) {
      std::vector<bool> marked = marked_sections(mark);
      if (std::find(marked.begin(), marked.end(), true) != marked.end()) return marked;
    }
    std::vector<bool> chosen(page_.sections.size(), false);
    chosen[smallest_holding_most()] = true;
    return chosen;
  }

  // Outermost sections with the mark, without those that hold little; none where together they hold too little.
  std::vector<bool> marked_sections(Mark mark) {
    std::vector<bool> within(page_.sections.size(), false), chosen(page_.sections.size(), false);
    double largest = 0, sum = 0;
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      const bool outer = i > 0 && within[page_.sections[i].parent];
      within[i] = outer || (page_.sections[i].mark == mark && prose_[i] > 0);
      chosen[i] = within[i] && !outer;
      if (chosen[i]) largest = std::max(largest, prose_[i]);
    }
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      if (chosen[i] && prose_[i] < kLesserPart * largest) chosen[i] = false;
      if (chosen[i]) sum += prose_[i];
    }
    if (sum < kMarkedShare * prose_[0]) chosen.assign(chosen.size(), false);
    return chosen;
  }

  // More than half is in one child at most, so the last such section is the innermost.
  std::size_t smallest_holding_most() const {
    std::size_t found = 0;
    for (std::size_t i = 1; i < prose_.size(); ++i) {
      if (prose_[i] >= kNearlyAll * prose_[0] && plain_[i] >= kMostPlain * plain_[0]) found = i;
    }
    return found;
  }

  const PageBlocks& page_;
  std::vector<Judged> judged_;
  std::vector<bool> aside_;    ///< by section
  std::vector<double> prose_;  ///< by section: bytes of prose within, asides left out
  std::vector<double> plain_;  ///< likewise, of all text that is not linked
};

}  // namespace

std::vector<Judged> judge_blocks(const PageBlocks& page) { return Region(page).judge(); }

}  // namespace llmops::data
