// Text after a change, and for each of its bytes where in the input it came from.
#include "text/alignment.h"

namespace llmops::text {

AlignedText AlignedText::identity(std::string_view input) {
  AlignedText aligned{std::string(input), std::vector<std::uint32_t>(input.size()),
                      std::vector<std::uint32_t>(input.size())};
  for (std::size_t i = 0; i < input.size(); ++i) {
    aligned.begin[i] = static_cast<std::uint32_t>(i);
    aligned.end[i] = static_cast<std::uint32_t>(i + 1);
  }
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

void prepend(AlignedText& text, std::string_view bytes) {
  const std::uint32_t at = text.begin.empty() ? 0 : text.begin.front();
  AlignedText out;
  out.append(bytes, at, at);
  out.append_from(text, 0, text.text.size());
  text = std::move(out);
}

}  // namespace llmops::text
