#include "data/explore/text_counts.h"

#include "data/explore/scan_words.h"

namespace llmops::data::explore {

std::uint64_t TextCounts::add_text(std::string_view text) {
  WordScanner scanner(text);
  std::uint64_t count = 0, before = 0, last = 0;
  for (WordScanner::Token token = scanner.next(); token != WordScanner::Token::kEnd; token = scanner.next()) {
    if (token == WordScanner::Token::kSentenceEnd) {
      if (last != 0) {
        mentions.end_sentence();
        ++sentence_;
      }
      before = last = 0;
      continue;
    }
    const std::uint64_t hash = word_hash(scanner.word());
    words.add(scanner.word(), hash, sentence_);
    mentions.word(hash);
    if (last != 0) pairs.add(last, hash);
    if (before != 0) triples.add(before, last, hash);
    before = last;
    last = hash;
    ++count;
  }
  if (last != 0) {
    mentions.end_sentence();
    ++sentence_;
  }
  return count;
}

void TextCounts::finish() {
  pairs.finish();
  triples.finish();
}

void TextCounts::merge(const TextCounts& other) {
  words.merge(other.words);
  pairs.merge(other.pairs);
  triples.merge(other.triples);
  mentions.merge(other.mentions);
}

}  // namespace llmops::data::explore
