// Counts the words of texts on several threads while the caller reads them.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "text/bpe/word_splitter.h"
#include "text/normalize/normalizer.h"
#include "text/training/word_counts.h"

namespace llmops::text {

/// Holds a few blocks of text at any time, and the distinct words once for each thread.
class WordCounter {
 public:
  /// @param splitter    of bytes (ByteLevel); both outlive the counter
  /// @param normalizer  null for none
  /// @param threads     0: all processors; the result does not depend on it
  WordCounter(const WordSplitter& splitter, const Normalizer* normalizer, int threads);
  ~WordCounter();
  WordCounter(const WordCounter&) = delete;
  WordCounter& operator=(const WordCounter&) = delete;

  /// A text by itself: no word reaches from one into the next. Waits while enough text is being counted.
  /// @throws what counting an earlier text threw
  void add(std::string_view text);

  /// Call once, last. @throws as add()
  WordCounts finish();

 private:
  struct Block {
    std::string bytes;
    std::vector<std::size_t> ends;  // of texts
  };
  void send();
  void work(WordCounts& counts);
  void count(const Block& block, WordCounts& counts) const;
  void stop() noexcept;

  const WordSplitter& splitter_;
  const Normalizer* normalizer_;
  Block filling_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Block> waiting_;  // guarded by mutex_, as what follows
  bool ended_ = false;
  std::exception_ptr failure_;
  std::vector<WordCounts> counts_;  // one a thread
  std::vector<std::thread> threads_;
};

}  // namespace llmops::text
