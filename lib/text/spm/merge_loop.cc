// Byte-pair encoding by scores.
#include "text/spm/merge_loop.h"

#include "text/spm/sentencepiece_normalizer.h"

namespace llmops::text {

void MergeLoop::offer(std::int32_t left, std::int32_t right) {
  if (left < 0 || right < 0) return;
  const Part& a = parts_[static_cast<std::size_t>(left)];
  const Part& b = parts_[static_cast<std::size_t>(right)];
  const std::uint32_t length = b.end - a.begin;
  if (a.frozen || b.frozen || length > rules_.longest) return;
  const std::string_view joined = rules_.text.substr(a.begin, length);
  const auto id = rules_.pieces.find(joined);
  if (!id) return;
  const SentencePieceData::Piece& piece = rules_.scores[static_cast<std::size_t>(*id)];
  pairs_.push({piece.score, left, right, length});
  if (piece.kind == SentencePieceData::Kind::kUnused) unused_[joined] = a.end - a.begin;
}

std::vector<MergedPart> MergeLoop::run(const std::vector<Symbol>& characters, const PieceTrie& user_defined) {
  const auto count = static_cast<std::int32_t>(characters.size());
  parts_.reserve(characters.size());
  for (const Symbol& symbol : characters) {
    const auto i = static_cast<std::int32_t>(parts_.size());
    const std::string_view text = rules_.text.substr(symbol.begin, symbol.end - symbol.begin);
    const bool frozen = longest_prefix(user_defined, text) == text.size();
    parts_.push_back({symbol.begin, symbol.end, i - 1, i + 1 < count ? i + 1 : -1, frozen});
  }
  for (std::int32_t i = 1; i < count; ++i) offer(i - 1, i);
  while (!pairs_.empty()) {
    const Pair pair = pairs_.top();
    pairs_.pop();
    Part& left = parts_[static_cast<std::size_t>(pair.left)];
    Part& right = parts_[static_cast<std::size_t>(pair.right)];
    const bool gone = left.begin == left.end || right.begin == right.end;
    if (gone || left.next != pair.right || right.end - left.begin != pair.length) continue;
    left.end = right.end;
    left.next = right.next;
    if (right.next >= 0) parts_[static_cast<std::size_t>(right.next)].previous = pair.left;
    right.begin = right.end;
    offer(left.previous, pair.left);
    offer(pair.left, left.next);
  }
  std::vector<MergedPart> out;
  for (std::int32_t i = count > 0 ? 0 : -1; i >= 0; i = parts_[static_cast<std::size_t>(i)].next) {
    const Part& part = parts_[static_cast<std::size_t>(i)];
    take_apart(part.begin, part.end, out);
  }
  return out;
}

void MergeLoop::take_apart(std::uint32_t begin, std::uint32_t end, std::vector<MergedPart>& out) const {
  // A stack of its own: halves come off in order, however deep the piece was put together.
  std::vector<MergedPart> open = {{begin, end}};
  while (!open.empty()) {
    const MergedPart part = open.back();
    open.pop_back();
    const std::string_view piece = rules_.text.substr(part.begin, part.end - part.begin);
    const auto half = unused_.empty() ? unused_.end() : unused_.find(piece);
    if (half == unused_.end()) {
      out.push_back(part);
      continue;
    }
    open.push_back({part.begin + half->second, part.end});
    open.push_back({part.begin, part.begin + half->second});
  }
}

}  // namespace llmops::text
