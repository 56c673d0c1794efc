// Counts the words of texts on several threads while the caller reads them.
#include "text/training/word_counter.h"

#include <algorithm>

#include "core/process.h"

namespace llmops::text {
namespace {

// Large against what handing over a block costs, small against memory: two blocks wait for each thread at most.
constexpr std::size_t kBlockBytes = std::size_t{1} << 20;

}  // namespace

WordCounter::WordCounter(const WordSplitter& splitter, const Normalizer* normalizer, int threads)
    : splitter_(splitter), normalizer_(normalizer) {
  const int wanted = std::max(threads > 0 ? threads : available_processors(), 1);
  counts_.resize(static_cast<std::size_t>(wanted));
  for (WordCounts& counts : counts_) threads_.emplace_back([this, &counts] { work(counts); });
}

WordCounter::~WordCounter() { stop(); }

void WordCounter::add(std::string_view text) {
  filling_.bytes.append(text);
  filling_.ends.push_back(filling_.bytes.size());
  if (filling_.bytes.size() >= kBlockBytes) send();
}

void WordCounter::send() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return failure_ || waiting_.size() < 2 * threads_.size(); });
  if (failure_) std::rethrow_exception(failure_);
  waiting_.push_back(std::move(filling_));
  filling_ = {};
  changed_.notify_all();
}

WordCounts WordCounter::finish() {
  send();
  stop();
  if (failure_) std::rethrow_exception(failure_);
  WordCounts all = std::move(counts_.front());
  for (std::size_t i = 1; i < counts_.size(); ++i) {
    all.add_all(counts_[i]);
    counts_[i] = {};
  }
  return all;
}

void WordCounter::stop() noexcept {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void WordCounter::work(WordCounts& counts) {
  for (;;) {
    Block block;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return failure_ || ended_ || !waiting_.empty(); });
      if (failure_ || waiting_.empty()) return;
      block = std::move(waiting_.front());
      waiting_.pop_front();
    }
    changed_.notify_all();
    try {
      count(block, counts);
    } catch (...) {
      const std::lock_guard lock(mutex_);
      failure_ = std::current_exception();
      changed_.notify_all();
      return;
    }
  }
}

void WordCounter::count(const Block& block, WordCounts& counts) const {
  std::vector<Word> words;
  std::size_t begin = 0;
  for (const std::size_t end : block.ends) {
    std::string_view text = std::string_view(block.bytes).substr(begin, end - begin);
    AlignedText changed;
    if (normalizer_ != nullptr && !normalizer_->leaves(text)) {
      changed = AlignedText::identity(text);
      normalizer_->apply(changed);
      text = changed.text;
    }
    words.clear();
    splitter_.split(text, words);
    for (const Word& word : words) counts.add(text.substr(word.range.begin, word.range.size()));
    begin = end;
  }
}

}  // namespace llmops::text
