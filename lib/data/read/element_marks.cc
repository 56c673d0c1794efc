// Tables of names. They were chosen on pages of news, blogs, shops, forums and manuals.
#include "data/read/element_marks.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "data/read/header_fields.h"
#include "data/read/word_list.h"

namespace llmops::data {

namespace {

template <typename Value, std::size_t N>
constexpr bool contains(const std::array<Value, N>& values, const Value& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

// Words of a class or id that name what stands beside the text.
constexpr std::string_view kAsideWords =
    "ad adbox ads adsense advert advertisement advertisements adverts affix alert author authors breadcrumb "
    "breadcrumbs byline caption captions carousel categories comment commentlist comments consent cookie cookies "
    "copyright credit credits dateline disclaimer disqus dropdown footer gdpr jumplinks login masthead menu menus "
    "meta metadata modal nav navbar navbox navi navigation newsletter newsletters noprint outbrain overlay pager "
    "pagination paging paywall popular popup promo promotion readmore recirc recommend recommendations recommended "
    "register related relatedposts respond share sharebar sharedaddy shares sharing sidebar signup skip social "
    "socials sponsor sponsored subscribe subscription taboola tagcloud tags teaser teasers timestamp toolbar "
    "trending";

// Parts of a class or id, without "-" and "_", that name the text itself.
constexpr std::array<std::string_view, 23> kTextNames = {
    "articlebody",  "articlecontent", "articletext",   "postcontent",  "postbody",     "posttext",
    "entrycontent", "entrybody",      "storybody",     "storycontent", "storytext",    "contentbody",
    "maincontent",  "mwcontenttext",  "markdownbody",  "newscontent",  "newsbody",     "blogcontent",
    "bodycopy",     "fulltext",       "singlecontent", "newstext",     "articledetail"};

constexpr std::array<std::string_view, 13> kAsideRoles = {
    "alert",   "alertdialog", "banner", "complementary", "contentinfo", "dialog", "menu",
    "menubar", "navigation",  "search", "tablist",       "toolbar",     "tooltip"};

constexpr TagSet kAsideTags = {Tag::kNav, Tag::kFooter, Tag::kAside, Tag::kMenu, Tag::kFigcaption};

constexpr TagSet kUnseenTags = {Tag::kScript,   Tag::kStyle,    Tag::kNoscript, Tag::kHead,   Tag::kTemplate,
                                Tag::kSvg,      Tag::kIframe,   Tag::kObject,   Tag::kEmbed,  Tag::kCanvas,
                                Tag::kAudio,    Tag::kVideo,    Tag::kSelect,   Tag::kButton, Tag::kInput,
                                Tag::kTextarea, Tag::kMap,      Tag::kDatalist, Tag::kApplet, Tag::kNoembed,
                                Tag::kNoframes, Tag::kProgress, Tag::kMeter,    Tag::kImg};

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_word(char c) { return is_upper(c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// The words of "site-footer", "relatedPosts", "nav_main".
template <typename Test>
bool any_word(std::string_view names, Test test) {
  for (std::size_t i = 0; i < names.size();) {
    if (!is_word(names[i])) {
      ++i;
      continue;
    }
    std::size_t end = i + 1;
    while (end < names.size() && is_word(names[end]) && !(is_upper(names[end]) && !is_upper(names[end - 1]))) ++end;
    if (test(ascii_lower(names.substr(i, end - i)))) return true;
    i = end;
  }
  return false;
}

bool names_aside(std::string_view names) {
  static const auto kWords = word_list(kAsideWords);
  return any_word(names, [](const std::string& word) { return kWords.count(word) > 0; });
}

bool names_text(std::string_view names) {
  std::string joined;
  for (const char c : names) {
    if (is_word(c)) joined += static_cast<char>(is_upper(c) ? c | 0x20 : c);
    if (c == ' ') joined += c;
  }
  return std::any_of(kTextNames.begin(), kTextNames.end(),
                     [&](std::string_view name) { return joined.find(name) != std::string::npos; });
}

bool is_root(Tag tag) { return tag == Tag::kHtml || tag == Tag::kBody; }

}  // namespace

bool is_unseen(const HtmlTree& tree, const HtmlNode& element) {
  if (kUnseenTags.contains(element.tag)) return true;
  if (element.attributes == 0 || is_root(element.tag)) return false;
  if (tree.has_attribute(element, "hidden") || tree.attribute(element, "aria-hidden") == "true") return true;
  const std::string_view style = tree.attribute(element, "style");
  const std::size_t display = style.find("display:");
  if (display == std::string_view::npos) return false;
  const std::size_t value = style.find_first_not_of(' ', display + 8);
  return value != std::string_view::npos && style.substr(value, 4) == "none";
}

Mark element_mark(const HtmlTree& tree, const HtmlNode& element) {
  if (element.tag == Tag::kMain || element.tag == Tag::kArticle) return Mark::kContent;
  if (kAsideTags.contains(element.tag)) return Mark::kAside;
  if (element.attributes == 0 || is_root(element.tag)) return Mark::kNone;
  const std::string_view role = tree.attribute(element, "role");
  if (role == "main" || role == "article") return Mark::kContent;
  if (contains(kAsideRoles, role)) return Mark::kAside;
  if (tree.attribute(element, "itemprop") == "articleBody") return Mark::kText;
  const std::string_view names = tree.attribute(element, "class"), id = tree.attribute(element, "id");
  if (names_text(names) || names_text(id)) return Mark::kText;
  return names_aside(names) || names_aside(id) ? Mark::kAside : Mark::kNone;
}

}  // namespace llmops::data
