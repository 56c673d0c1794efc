// Text after a change, and for each of its bytes where in the input it came from.
#include "text/alignment.h"

#include <numeric>

namespace llmops::text {

AlignedText AlignedText::identity(std::string_view part, std::size_t base) {
  AlignedText aligned{std::string(part), std::vector<std::uint32_t>(part.size()),
                      std::vector<std::uint32_t>(part.size())};
  std::iota(aligned.begin.begin(), aligned.begin.end(), static_cast<std::uint32_t>(base));
  std::iota(aligned.end.begin(), aligned.end.end(), static_cast<std::uint32_t>(base + 1));
  return aligned;
}

void AlignedText::append(std::string_view bytes, std::uint32_t from, std::uint32_t to) {
  text.append(bytes);
  begin.insert(begin.end(), bytes.size(), from);
  end.insert(end.end(), bytes.size(), to);
}

void AlignedText::append_from(const AlignedText& other, std::size_t at, std::size_t length) {
  const auto first = static_cast<std::ptrdiff_t>(at);
  const auto last = static_cast<std::ptrdiff_t>(at + length);
  text.append(other.text, at, length);
  begin.insert(begin.end(), other.begin.begin() + first, other.begin.begin() + last);
  end.insert(end.end(), other.end.begin() + first, other.end.begin() + last);
}

void prepend(AlignedText& text, std::string_view bytes, std::uint32_t at) {
  text.text.insert(0, bytes);
  text.begin.insert(text.begin.begin(), bytes.size(), at);
  text.end.insert(text.end.begin(), bytes.size(), at);
}

Range input_range(const AlignedText& text, std::size_t begin, std::size_t end) {
  if (begin < end) return {text.begin[begin], text.end[end - 1]};
  const std::size_t at = begin < text.begin.size() ? text.begin[begin] : text.end.empty() ? 0 : text.end.back();
  return {at, at};
}

}  // namespace llmops::text
