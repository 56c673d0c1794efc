// Tables of names. They were chosen on pages of news, blogs, shops, forums and manuals.
#include "data/read/element_marks.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "data/read/header_fields.h"

namespace llmops::data {

namespace {

template <typename Value, std::size_t N>
constexpr bool contains(const std::array<Value, N>& values, const Value& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

// Words of a class or id that name what stands beside the text. Sorted.
constexpr std::array<std::string_view, 91> kAsideWords = {"ad",
                                                          "adbox",
                                                          "ads",
                                                          "adsense",
                                                          "advert",
                                                          "advertisement",
                                                          "advertisements",
                                                          "adverts",
                                                          "affix",
                                                          "alert",
                                                          "author",
                                                          "authors",
                                                          "breadcrumb",
                                                          "breadcrumbs",
                                                          "byline",
                                                          "caption",
                                                          "captions",
                                                          "carousel",
                                                          "categories",
                                                          "comment",
                                                          "commentlist",
                                                          "comments",
                                                          "consent",
                                                          "cookie",
                                                          "cookies",
                                                          "copyright",
                                                          "credit",
                                                          "credits",
                                                          "dateline",
                                                          "disclaimer",
                                                          "disqus",
                                                          "dropdown",
                                                          "footer",
                                                          "gdpr",
                                                          "jumplinks",
                                                          "login",
                                                          "masthead",
                                                          "menu",
                                                          "menus",
                                                          "meta",
                                                          "metadata",
                                                          "modal",
                                                          "nav",
                                                          "navbar",
                                                          "navbox",
                                                          "navi",
                                                          "navigation",
                                                          "newsletter",
                                                          "newsletters",
                                                          "noprint",
                                                          "outbrain",
                                                          "overlay",
                                                          "pager",
                                                          "pagination",
                                                          "paging",
                                                          "paywall",
                                                          "popular",
                                                          "popup",
                                                          "promo",
                                                          "promotion",
                                                          "readmore",
                                                          "recirc",
                                                          "recommend",
                                                          "recommendations",
                                                          "recommended",
                                                          "register",
                                                          "related",
                                                          "relatedposts",
                                                          "respond",
                                                          "share",
                                                          "sharebar",
                                                          "sharedaddy",
                                                          "shares",
                                                          "sharing",
                                                          "sidebar",
                                                          "signup",
                                                          "skip",
                                                          "social",
                                                          "socials",
                                                          "sponsor",
                                                          "sponsored",
                                                          "subscribe",
                                                          "subscription",
                                                          "taboola",
                                                          "tagcloud",
                                                          "tags",
                                                          "teaser",
                                                          "teasers",
                                                          "timestamp",
                                                          "toolbar",
                                                          "trending"};

// Parts of a class or id, without "-" and "_", that name the text itself.
constexpr std::array<std::string_view, 23> kTextNames = {
    "articlebody",  "articlecontent", "articletext",   "postcontent",  "postbody",     "posttext",
    "entrycontent", "entrybody",      "storybody",     "storycontent", "storytext",    "contentbody",
    "maincontent",  "mwcontenttext",  "markdownbody",  "newscontent",  "newsbody",     "blogcontent",
    "bodycopy",     "fulltext",       "singlecontent", "newstext",     "articledetail"};

constexpr std::array<std::string_view, 13> kAsideRoles = {
    "alert",   "alertdialog", "banner", "complementary", "contentinfo", "dialog", "menu",
    "menubar", "navigation",  "search", "tablist",       "toolbar",     "tooltip"};

constexpr std::array<GumboTag, 5> kAsideTags = {GUMBO_TAG_NAV, GUMBO_TAG_FOOTER, GUMBO_TAG_ASIDE, GUMBO_TAG_MENU,
                                                GUMBO_TAG_FIGCAPTION};

constexpr std::array<GumboTag, 24> kUnseenTags = {
    GUMBO_TAG_SCRIPT, GUMBO_TAG_STYLE,   GUMBO_TAG_NOSCRIPT, GUMBO_TAG_HEAD,     GUMBO_TAG_TEMPLATE, GUMBO_TAG_SVG,
    GUMBO_TAG_IFRAME, GUMBO_TAG_OBJECT,  GUMBO_TAG_EMBED,    GUMBO_TAG_CANVAS,   GUMBO_TAG_AUDIO,    GUMBO_TAG_VIDEO,
    GUMBO_TAG_SELECT, GUMBO_TAG_BUTTON,  GUMBO_TAG_INPUT,    GUMBO_TAG_TEXTAREA, GUMBO_TAG_MAP,      GUMBO_TAG_DATALIST,
    GUMBO_TAG_APPLET, GUMBO_TAG_NOEMBED, GUMBO_TAG_NOFRAMES, GUMBO_TAG_PROGRESS, GUMBO_TAG_METER,    GUMBO_TAG_IMG};

constexpr std::array<GumboTag, 51> kBlockTags = {
    GUMBO_TAG_ADDRESS,  GUMBO_TAG_ARTICLE, GUMBO_TAG_ASIDE, GUMBO_TAG_BLOCKQUOTE, GUMBO_TAG_BODY,
    GUMBO_TAG_CAPTION,  GUMBO_TAG_CENTER,  GUMBO_TAG_DD,    GUMBO_TAG_DETAILS,    GUMBO_TAG_DIR,
    GUMBO_TAG_DIV,      GUMBO_TAG_DL,      GUMBO_TAG_DT,    GUMBO_TAG_FIELDSET,   GUMBO_TAG_FIGCAPTION,
    GUMBO_TAG_FIGURE,   GUMBO_TAG_FOOTER,  GUMBO_TAG_FORM,  GUMBO_TAG_H1,         GUMBO_TAG_H2,
    GUMBO_TAG_H3,       GUMBO_TAG_H4,      GUMBO_TAG_H5,    GUMBO_TAG_H6,         GUMBO_TAG_HEADER,
    GUMBO_TAG_HGROUP,   GUMBO_TAG_HR,      GUMBO_TAG_HTML,  GUMBO_TAG_LEGEND,     GUMBO_TAG_LI,
    GUMBO_TAG_LISTING,  GUMBO_TAG_MAIN,    GUMBO_TAG_MENU,  GUMBO_TAG_NAV,        GUMBO_TAG_OL,
    GUMBO_TAG_OPTGROUP, GUMBO_TAG_P,       GUMBO_TAG_PRE,   GUMBO_TAG_SECTION,    GUMBO_TAG_SUMMARY,
    GUMBO_TAG_TABLE,    GUMBO_TAG_TBODY,   GUMBO_TAG_TD,    GUMBO_TAG_TFOOT,      GUMBO_TAG_TH,
    GUMBO_TAG_THEAD,    GUMBO_TAG_TR,      GUMBO_TAG_UL,    GUMBO_TAG_XMP,        GUMBO_TAG_PLAINTEXT,
    GUMBO_TAG_FRAMESET};

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
  return any_word(names, [](const std::string& word) {
    return std::binary_search(kAsideWords.begin(), kAsideWords.end(), std::string_view(word));
  });
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

bool is_root(GumboTag tag) { return tag == GUMBO_TAG_HTML || tag == GUMBO_TAG_BODY; }

}  // namespace

bool is_block_tag(GumboTag tag) {
  static const auto kTable = [] {
    std::array<bool, GUMBO_TAG_LAST + 1> table{};
    for (const GumboTag block : kBlockTags) table[block] = true;
    return table;
  }();
  return kTable[tag];
}

bool is_unseen(const GumboElement& element) {
  static const auto kTable = [] {
    std::array<bool, GUMBO_TAG_LAST + 1> table{};
    for (const GumboTag unseen : kUnseenTags) table[unseen] = true;
    return table;
  }();
  if (kTable[element.tag]) return true;
  if (element.attributes.length == 0 || is_root(element.tag)) return false;
  if (has_attribute(element, "hidden") || attribute(element, "aria-hidden") == "true") return true;
  const std::string_view style = attribute(element, "style");
  const std::size_t display = style.find("display:");
  if (display == std::string_view::npos) return false;
  const std::size_t value = style.find_first_not_of(' ', display + 8);
  return value != std::string_view::npos && style.substr(value, 4) == "none";
}

Mark element_mark(const GumboElement& element) {
  if (element.tag == GUMBO_TAG_MAIN || element.tag == GUMBO_TAG_ARTICLE) return Mark::kContent;
  if (contains(kAsideTags, element.tag)) return Mark::kAside;
  if (element.attributes.length == 0 || is_root(element.tag)) return Mark::kNone;
  const std::string_view role = attribute(element, "role");
  if (role == "main" || role == "article") return Mark::kContent;
  if (contains(kAsideRoles, role)) return Mark::kAside;
  if (attribute(element, "itemprop") == "articleBody") return Mark::kText;
  const std::string_view names = attribute(element, "class"), id = attribute(element, "id");
  if (names_text(names) || names_text(id)) return Mark::kText;
  return names_aside(names) || names_aside(id) ? Mark::kAside : Mark::kNone;
}

}  // namespace llmops::data
