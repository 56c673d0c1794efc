// How deep a page is nested, found before it is parsed.
#pragma once

#include <cstddef>
#include <string_view>

namespace llmops::data {

/// The most elements open at once, counted up to `most`. Elements that end by themselves (p, li, td, ...) do not count,
/// and an end tag that matches none of the elements open last closes nothing, as in a parser.
std::size_t html_depth(std::string_view html, std::size_t most);

}  // namespace llmops::data
