// The text of a web page that it was written for, without what surrounds it.
#pragma once

#include <string>
#include <string_view>

namespace llmops::data {

struct MainText {
  std::string title;
  std::string text;      ///< a block a line; items begin with "- ", cells are parted by " | "; code keeps its lines
  std::string language;  ///< as the page declares it: "en", "pt-BR"; "" where it does not
  std::string url;       ///< the canonical one, where the page names it
};

/// Blocks are judged by their length, their share of links, the words that sentences need, what the page's author calls
/// the elements around them, and their neighbours. A page with hardly any sentences gives all its visible text. Markup
/// may be broken in any way. A page above 32 MiB is only stripped of its tags.
/// @param html  UTF-8
MainText main_text(std::string_view html);

}  // namespace llmops::data
