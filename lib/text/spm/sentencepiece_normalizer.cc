// How a SentencePiece model changes text before it is cut.
#include "text/spm/sentencepiece_normalizer.h"

#include "text/utf8.h"

namespace llmops::text {

std::size_t longest_prefix(const PieceTrie& pieces, std::string_view text) {
  std::size_t longest = 0;
  pieces.visit_prefixes(text, [&](TokenId, std::size_t length) { longest = length; });
  return longest;
}

SentencePieceNormalizer::SentencePieceNormalizer(const SentencePieceData& data, const PieceTrie& user_defined,
                                                 const std::string& origin)
    : user_defined_(user_defined),
      charsmap_(data.charsmap, origin + ": normalizer_spec"),
      space_(data.escape_spaces ? kSpaceSymbol : " "),
      remove_extra_spaces_(data.remove_extra_spaces),
      space_as_suffix_(data.space_as_suffix),
      keep_invalid_(data.byte_fallback) {}

SentencePieceNormalizer::Chunk SentencePieceNormalizer::next_chunk(std::string_view text) const {
  if (const std::size_t length = longest_prefix(user_defined_, text); length > 0)
    return {text.substr(0, length), length};
  if (const auto match = charsmap_.longest(text)) return {match->replacement, match->length};
  const Utf8Step step = utf8_step(text, 0);
  if (step.valid) return {text.substr(0, step.length), step.length};
  return {keep_invalid_ ? text.substr(0, 1) : std::string_view("\uFFFD"), 1};
}

AlignedText SentencePieceNormalizer::apply(std::string_view text, std::size_t base, bool prefix) const {
  AlignedText out;
  const auto at = [base](std::size_t offset) { return static_cast<std::uint32_t>(base + offset); };
  std::size_t done = 0;
  while (remove_extra_spaces_ && done < text.size()) {
    const Chunk chunk = next_chunk(text.substr(done));
    if (chunk.text != " ") break;
    done += chunk.length;
  }
  if (done == text.size()) return out;
  if (prefix && !space_as_suffix_) out.append(space_, at(done), at(done));
  bool after_space = remove_extra_spaces_;
  while (done < text.size()) {
    const Chunk chunk = next_chunk(text.substr(done));
    const std::uint32_t from = at(done);
    const std::uint32_t to = at(done + chunk.length);
    std::string_view rest = chunk.text;
    while (after_space && rest.starts_with(' ')) rest.remove_prefix(1);
    for (const char c : rest) out.append(c == ' ' ? std::string_view(space_) : std::string_view(&c, 1), from, to);
    if (!rest.empty()) after_space = rest.ends_with(' ');
    after_space = after_space && remove_extra_spaces_;
    done += chunk.length;
  }
  if (remove_extra_spaces_) trim_end(out);
  if (prefix && space_as_suffix_) out.append(space_, at(text.size()), at(text.size()));
  return out;
}

void SentencePieceNormalizer::trim_end(AlignedText& out) const {
  std::size_t size = out.text.size();
  while (std::string_view(out.text).substr(0, size).ends_with(space_)) size -= space_.size();
  out.text.resize(size);
  out.begin.resize(size);
  out.end.resize(size);
}

}  // namespace llmops::text
