// Addresses in text: told from words without an expression.
#pragma once

#include <cstddef>
#include <string_view>

namespace llmops::data {

/// Whether a run of characters without white space is a web or mail address: [scheme://][user@]host[:port][/path],
/// where the host has a full stop and ends in two small letters or more.
bool looks_like_url(std::string_view chunk);

/// Runs that begin with "http://", "https://" or "www." (any case), not inside a word.
std::size_t count_urls(std::string_view text);

}  // namespace llmops::data
