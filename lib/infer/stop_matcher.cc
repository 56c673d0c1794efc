// Search for stop texts in a stream.
#include "infer/stop_matcher.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace llmops::infer {
namespace {

/// Length of the longest end of `text` that begins `stop`, and is not all of it.
std::size_t open_length(std::string_view text, std::string_view stop) {
  for (std::size_t length = std::min(text.size(), stop.size() - 1); length > 0; --length) {
    if (text.ends_with(stop.substr(0, length))) return length;
  }
  return 0;
}

}  // namespace

std::string StopMatcher::push(const std::string& text) {
  if (matched_) return "";
  held_ += text;
  std::size_t first = std::string::npos;
  for (const std::string& stop : stops_) first = std::min(first, held_.find(stop));
  if (first != std::string::npos) {
    matched_ = true;
    return held_.substr(0, first);
  }
  std::size_t open = 0;
  for (const std::string& stop : stops_) open = std::max(open, open_length(held_, stop));
  std::string free = held_.substr(0, held_.size() - open);
  held_.erase(0, free.size());
  return free;
}

std::string StopMatcher::finish() { return matched_ ? "" : std::exchange(held_, ""); }

}  // namespace llmops::infer
