// Only chunks with a mark that may end a sentence are split into words.
#include "data/rules/sentences.h"

namespace llmops::data {

namespace {

struct Chunk {
  std::size_t end = 0;
  std::uint16_t bits = 0;  // any character has
  bool all_punctuation = true;
};

Chunk scan_chunk(std::string_view line, std::size_t at) {
  Chunk chunk;
  while (at < line.size()) {
    const ClassStep step = class_step(line, at);
    if ((step.bits & kSpace) != 0) break;
    chunk.bits |= step.bits;
    chunk.all_punctuation &= (step.bits & kPunctuation) != 0;
    at += step.length;
  }
  chunk.end = at;
  return chunk;
}

class Counter {
 public:
  // A word that may end a sentence, or begin the next.
  void take(std::string_view word) {
    const ClassStep first = class_step(word, 0);
    const bool ends = first.length == word.size() && (first.bits & kTerminal) != 0;
    if (ends) {
      ended_ = open_ = true;
    } else {
      take_word(scan_chunk(word, 0).all_punctuation);
    }
  }

  void take_word(bool punctuation) {
    sentences_ += ended_ && !punctuation;
    ended_ &= punctuation;
    open_ = true;
  }

  // The last may end in nothing.
  std::size_t sentences() const { return sentences_ + open_; }

 private:
  std::size_t sentences_ = 0;
  bool ended_ = false;
  bool open_ = false;
};

}  // namespace

std::size_t count_sentences(std::string_view line, ChunkSplitter& chunks) {
  Counter counter;
  for (std::size_t at = 0; at < line.size();) {
    const ClassStep step = class_step(line, at);
    if ((step.bits & kSpace) != 0) {
      at += step.length;
      continue;
    }
    const Chunk chunk = scan_chunk(line, at);
    if ((chunk.bits & kTerminal) == 0) {
      counter.take_word(chunk.all_punctuation);
    } else {
      for (const std::string_view word : chunks.split(line.substr(at, chunk.end - at))) counter.take(word);
    }
    at = chunk.end;
  }
  return counter.sentences();
}

}  // namespace llmops::data
