// The elements of HTML by number, and how their ends are found where a page leaves them out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace llmops::data {

enum class Tag : std::uint8_t {
  kText,   ///< no element: a run of characters
  kOther,  ///< an element that HTML does not know, or that matters to nobody here
  kA,
  kAddress,
  kApplet,
  kArea,
  kArticle,
  kAside,
  kAudio,
  kB,
  kBase,
  kBlockquote,
  kBody,
  kBr,
  kButton,
  kCanvas,
  kCaption,
  kCenter,
  kCol,
  kDatalist,
  kDd,
  kDetails,
  kDir,
  kDiv,
  kDl,
  kDt,
  kEmbed,
  kFieldset,
  kFigcaption,
  kFigure,
  kFooter,
  kForm,
  kFrameset,
  kH1,
  kH2,
  kH3,
  kH4,
  kH5,
  kH6,
  kHead,
  kHeader,
  kHgroup,
  kHr,
  kHtml,
  kIframe,
  kImg,
  kInput,
  kLegend,
  kLi,
  kLink,
  kListing,
  kMain,
  kMap,
  kMath,
  kMenu,
  kMeta,
  kMeter,
  kNav,
  kNoembed,
  kNoframes,
  kNoscript,
  kObject,
  kOl,
  kOptgroup,
  kOption,
  kP,
  kParam,
  kPlaintext,
  kPre,
  kProgress,
  kScript,
  kSection,
  kSelect,
  kSource,
  kSpan,
  kStyle,
  kSummary,
  kSvg,
  kTable,
  kTbody,
  kTd,
  kTemplate,
  kTextarea,
  kTfoot,
  kTh,
  kThead,
  kTitle,
  kTr,
  kTrack,
  kUl,
  kVideo,
  kWbr,
  kXmp,
  kCount
};

/// A set of tags, looked up in one step.
class TagSet {
 public:
  constexpr TagSet(std::initializer_list<Tag> tags) {
    for (const Tag tag : tags) has_[static_cast<std::size_t>(tag)] = true;
  }
  constexpr bool contains(Tag tag) const { return has_[static_cast<std::size_t>(tag)]; }

 private:
  std::array<bool, static_cast<std::size_t>(Tag::kCount)> has_{};
};

/// By name, whatever its case; kOther for an unknown one.
Tag tag_named(std::string_view name);

/// Has no content and no end: br, img, meta, ...
bool is_void_tag(Tag tag);
/// Content is no markup, up to the end tag: script, style, title, textarea, ...
bool is_raw_tag(Tag tag);
/// Begins and ends lines.
bool is_block_tag(Tag tag);
/// May stand in the head.
bool is_head_tag(Tag tag);
/// A cell, a row, a group of rows, ...: what stands in tables only.
bool is_table_part(Tag tag);
/// End tags within do not reach out of it: a table and its cells, templates.
bool is_boundary_tag(Tag tag);

bool is_heading_tag(Tag tag);

/// Whether an element that is open ends where one of `next` begins, as a list item does where the next one begins.
bool ends_before(Tag open, Tag next);
/// How far the search for such elements goes: an item of an outer list does not end within an inner one.
bool holds_open(Tag open, Tag next);

}  // namespace llmops::data
