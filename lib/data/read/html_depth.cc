// A scan of tags with a stack of names.
#include "data/read/html_depth.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace llmops::data {

namespace {

constexpr std::size_t kLookBack = 64;  // open elements that an end tag may close

// A tag's name in eight bytes, which tell all names of HTML apart that matter here.
using Name = std::uint64_t;

constexpr Name pack(std::string_view text) {
  Name name = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(text.size(), 8); ++i) {
    name = name << 8 | static_cast<unsigned char>(text[i] >= 'A' && text[i] <= 'Z' ? text[i] | 0x20 : text[i]);
  }
  return name;
}

// Without content, or ended by what follows them.
constexpr std::array<Name, 32> kFlat = {
    pack("area"),  pack("base"),  pack("br"),    pack("col"),    pack("embed"),    pack("hr"),       pack("img"),
    pack("input"), pack("link"),  pack("meta"),  pack("param"),  pack("source"),   pack("track"),    pack("wbr"),
    pack("p"),     pack("li"),    pack("dt"),    pack("dd"),     pack("td"),       pack("th"),       pack("tr"),
    pack("tbody"), pack("thead"), pack("tfoot"), pack("option"), pack("optgroup"), pack("colgroup"), pack("html"),
    pack("head"),  pack("body"),  pack("rt"),    pack("rp")};
// Whose content is no markup.
constexpr std::array<Name, 6> kRaw = {pack("script"), pack("style"), pack("textarea"),
                                      pack("title"),  pack("xmp"),   pack("iframe")};

template <std::size_t N>
bool contains(const std::array<Name, N>& names, Name name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool ends_name(char c) { return c == '>' || c == '/' || c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

std::string_view name_at(std::string_view html, std::size_t at) {
  std::size_t end = at;
  while (end < html.size() && !ends_name(html[end])) ++end;
  return html.substr(at, end - at);
}

}  // namespace

std::size_t html_depth(std::string_view html, std::size_t most) {
  std::vector<Name> open;
  std::size_t deepest = 0;
  for (std::size_t at = html.find('<'); at < html.size() && deepest < most; at = html.find('<', at)) {
    ++at;
    const bool closing = at < html.size() && html[at] == '/';
    const std::size_t begin = at + (closing ? 1 : 0);
    if (begin >= html.size() || !is_letter(html[begin])) continue;
    const std::string_view text = name_at(html, begin);
    const Name name = pack(text);
    at = begin + text.size();
    if (contains(kFlat, name)) continue;
    if (closing) {
      const std::size_t back = std::min(open.size(), kLookBack);
      const auto found = std::find(open.rbegin(), open.rbegin() + static_cast<std::ptrdiff_t>(back), name);
      if (found != open.rbegin() + static_cast<std::ptrdiff_t>(back)) open.erase(found.base() - 1, open.end());
    } else if (contains(kRaw, name)) {
      const std::size_t end = html.find("</", at);
      at = std::min(end, html.size());
    } else {
      open.push_back(name);
      deepest = std::max(deepest, open.size());
    }
  }
  return deepest;
}

}  // namespace llmops::data
