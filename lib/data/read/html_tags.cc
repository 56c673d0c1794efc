// Tables of elements, after the HTML standard's chapters on parsing.
#include "data/read/html_tags.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace llmops::data {

namespace {

struct Named {
  std::string_view name;
  Tag tag;
};
// Sorted by name.
constexpr std::array kNames = {
    Named{"a", Tag::kA},
    Named{"address", Tag::kAddress},
    Named{"applet", Tag::kApplet},
    Named{"area", Tag::kArea},
    Named{"article", Tag::kArticle},
    Named{"aside", Tag::kAside},
    Named{"audio", Tag::kAudio},
    Named{"b", Tag::kB},
    Named{"base", Tag::kBase},
    Named{"blockquote", Tag::kBlockquote},
    Named{"body", Tag::kBody},
    Named{"br", Tag::kBr},
    Named{"button", Tag::kButton},
    Named{"canvas", Tag::kCanvas},
    Named{"caption", Tag::kCaption},
    Named{"center", Tag::kCenter},
    Named{"col", Tag::kCol},
    Named{"datalist", Tag::kDatalist},
    Named{"dd", Tag::kDd},
    Named{"details", Tag::kDetails},
    Named{"dir", Tag::kDir},
    Named{"div", Tag::kDiv},
    Named{"dl", Tag::kDl},
    Named{"dt", Tag::kDt},
    Named{"embed", Tag::kEmbed},
    Named{"fieldset", Tag::kFieldset},
    Named{"figcaption", Tag::kFigcaption},
    Named{"figure", Tag::kFigure},
    Named{"footer", Tag::kFooter},
    Named{"form", Tag::kForm},
    Named{"frameset", Tag::kFrameset},
    Named{"h1", Tag::kH1},
    Named{"h2", Tag::kH2},
    Named{"h3", Tag::kH3},
    Named{"h4", Tag::kH4},
    Named{"h5", Tag::kH5},
    Named{"h6", Tag::kH6},
    Named{"head", Tag::kHead},
    Named{"header", Tag::kHeader},
    Named{"hgroup", Tag::kHgroup},
    Named{"hr", Tag::kHr},
    Named{"html", Tag::kHtml},
    Named{"iframe", Tag::kIframe},
    Named{"img", Tag::kImg},
    Named{"input", Tag::kInput},
    Named{"legend", Tag::kLegend},
    Named{"li", Tag::kLi},
    Named{"link", Tag::kLink},
    Named{"listing", Tag::kListing},
    Named{"main", Tag::kMain},
    Named{"map", Tag::kMap},
    Named{"math", Tag::kMath},
    Named{"menu", Tag::kMenu},
    Named{"meta", Tag::kMeta},
    Named{"meter", Tag::kMeter},
    Named{"nav", Tag::kNav},
    Named{"noembed", Tag::kNoembed},
    Named{"noframes", Tag::kNoframes},
    Named{"noscript", Tag::kNoscript},
    Named{"object", Tag::kObject},
    Named{"ol", Tag::kOl},
    Named{"optgroup", Tag::kOptgroup},
    Named{"option", Tag::kOption},
    Named{"p", Tag::kP},
    Named{"param", Tag::kParam},
    Named{"plaintext", Tag::kPlaintext},
    Named{"pre", Tag::kPre},
    Named{"progress", Tag::kProgress},
    Named{"script", Tag::kScript},
    Named{"section", Tag::kSection},
    Named{"select", Tag::kSelect},
    Named{"source", Tag::kSource},
    Named{"span", Tag::kSpan},
    Named{"style", Tag::kStyle},
    Named{"summary", Tag::kSummary},
    Named{"svg", Tag::kSvg},
    Named{"table", Tag::kTable},
    Named{"tbody", Tag::kTbody},
    Named{"td", Tag::kTd},
    Named{"template", Tag::kTemplate},
    Named{"textarea", Tag::kTextarea},
    Named{"tfoot", Tag::kTfoot},
    Named{"th", Tag::kTh},
    Named{"thead", Tag::kThead},
    Named{"title", Tag::kTitle},
    Named{"tr", Tag::kTr},
    Named{"track", Tag::kTrack},
    Named{"ul", Tag::kUl},
    Named{"video", Tag::kVideo},
    Named{"wbr", Tag::kWbr},
    Named{"xmp", Tag::kXmp},
};

constexpr TagSet kVoid = {Tag::kArea,  Tag::kBase, Tag::kBr,   Tag::kCol,   Tag::kEmbed,  Tag::kHr,    Tag::kImg,
                          Tag::kInput, Tag::kLink, Tag::kMeta, Tag::kParam, Tag::kSource, Tag::kTrack, Tag::kWbr};
constexpr TagSet kRaw = {Tag::kIframe, Tag::kNoembed, Tag::kNoframes, Tag::kScript,
                         Tag::kStyle,  Tag::kTitle,   Tag::kTextarea, Tag::kXmp};
constexpr TagSet kBlock = {
    Tag::kAddress,    Tag::kArticle,  Tag::kAside,  Tag::kBlockquote, Tag::kBody,     Tag::kCaption, Tag::kCenter,
    Tag::kDd,         Tag::kDetails,  Tag::kDir,    Tag::kDiv,        Tag::kDl,       Tag::kDt,      Tag::kFieldset,
    Tag::kFigcaption, Tag::kFigure,   Tag::kFooter, Tag::kForm,       Tag::kFrameset, Tag::kH1,      Tag::kH2,
    Tag::kH3,         Tag::kH4,       Tag::kH5,     Tag::kH6,         Tag::kHeader,   Tag::kHgroup,  Tag::kHr,
    Tag::kHtml,       Tag::kLegend,   Tag::kLi,     Tag::kListing,    Tag::kMain,     Tag::kMenu,    Tag::kNav,
    Tag::kOl,         Tag::kOptgroup, Tag::kP,      Tag::kPlaintext,  Tag::kPre,      Tag::kSection, Tag::kSummary,
    Tag::kTable,      Tag::kTbody,    Tag::kTd,     Tag::kTfoot,      Tag::kTh,       Tag::kThead,   Tag::kTr,
    Tag::kUl,         Tag::kXmp};
constexpr TagSet kHead = {Tag::kBase,     Tag::kLink,  Tag::kMeta,  Tag::kNoscript, Tag::kScript,
                          Tag::kTemplate, Tag::kStyle, Tag::kTitle, Tag::kNoframes};
constexpr TagSet kBoundary = {Tag::kTable,  Tag::kTd,     Tag::kTh,   Tag::kCaption,
                              Tag::kApplet, Tag::kObject, Tag::kHtml, Tag::kTemplate};
constexpr TagSet kLists = {Tag::kUl, Tag::kOl, Tag::kDl, Tag::kMenu, Tag::kDir};
// A paragraph ends before these.
constexpr TagSet kEndParagraph = {
    Tag::kAddress, Tag::kArticle, Tag::kAside,  Tag::kBlockquote, Tag::kCenter,    Tag::kDd,         Tag::kDetails,
    Tag::kDir,     Tag::kDiv,     Tag::kDl,     Tag::kDt,         Tag::kFieldset,  Tag::kFigcaption, Tag::kFigure,
    Tag::kFooter,  Tag::kForm,    Tag::kH1,     Tag::kH2,         Tag::kH3,        Tag::kH4,         Tag::kH5,
    Tag::kH6,      Tag::kHeader,  Tag::kHgroup, Tag::kHr,         Tag::kLi,        Tag::kListing,    Tag::kMain,
    Tag::kMenu,    Tag::kNav,     Tag::kOl,     Tag::kP,          Tag::kPlaintext, Tag::kPre,        Tag::kSection,
    Tag::kSummary, Tag::kTable,   Tag::kUl,     Tag::kXmp};
constexpr TagSet kRowGroups = {Tag::kTbody, Tag::kThead, Tag::kTfoot};
constexpr TagSet kCells = {Tag::kTd, Tag::kTh};

}  // namespace

Tag tag_named(std::string_view name) {
  constexpr std::size_t kLongest = 10;
  if (name.empty() || name.size() > kLongest) return Tag::kOther;
  std::array<char, kLongest> lower{};
  for (std::size_t i = 0; i < name.size(); ++i) {
    lower[i] = static_cast<char>(name[i] >= 'A' && name[i] <= 'Z' ? name[i] | 0x20 : name[i]);
  }
  const std::string_view wanted(lower.data(), name.size());
  const auto* found = std::lower_bound(kNames.begin(), kNames.end(), wanted,
                                       [](const Named& named, std::string_view key) { return named.name < key; });
  return found != kNames.end() && found->name == wanted ? found->tag : Tag::kOther;
}

bool is_void_tag(Tag tag) { return kVoid.contains(tag); }
bool is_raw_tag(Tag tag) { return kRaw.contains(tag); }
bool is_block_tag(Tag tag) { return kBlock.contains(tag); }
bool is_head_tag(Tag tag) { return kHead.contains(tag); }
bool is_table_part(Tag tag) {
  return kCells.contains(tag) || kRowGroups.contains(tag) || tag == Tag::kTr || tag == Tag::kCaption ||
         tag == Tag::kCol;
}
bool is_boundary_tag(Tag tag) { return kBoundary.contains(tag); }
bool is_heading_tag(Tag tag) { return tag >= Tag::kH1 && tag <= Tag::kH6; }

bool ends_before(Tag open, Tag next) {
  switch (open) {
    case Tag::kP: return kEndParagraph.contains(next) || is_table_part(next);
    case Tag::kLi: return next == Tag::kLi || is_table_part(next);
    case Tag::kDd:
    case Tag::kDt: return next == Tag::kDd || next == Tag::kDt || is_table_part(next);
    case Tag::kOption: return next == Tag::kOption || next == Tag::kOptgroup;
    case Tag::kA: return next == Tag::kA;
    case Tag::kButton: return next == Tag::kButton;
    // Neither holds blocks; a browser would hide the rest of the page in one that is never closed.
    case Tag::kSelect:
    case Tag::kSvg: return is_block_tag(next);
    case Tag::kTd:
    case Tag::kTh:
    case Tag::kCaption: return is_table_part(next);
    case Tag::kTr: return next == Tag::kTr || kRowGroups.contains(next);
    case Tag::kTbody:
    case Tag::kThead:
    case Tag::kTfoot: return kRowGroups.contains(next);
    default: return is_heading_tag(open) && is_heading_tag(next);
  }
}

bool holds_open(Tag open, Tag next) {
  if (is_table_part(next)) return open == Tag::kTable || open == Tag::kTemplate;
  if (next == Tag::kLi || next == Tag::kDd || next == Tag::kDt) {
    return kLists.contains(open) || kBoundary.contains(open);
  }
  return kBlock.contains(open) || kBoundary.contains(open);
}

}  // namespace llmops::data
