// Scoring with an n-gram model.
#include "data/rules/ngram_model.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/hash.h"

namespace llmops::data {

namespace {

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

}  // namespace

std::string_view next_word(std::string_view& rest) {
  std::size_t begin = 0;
  while (begin < rest.size() && is_blank(rest[begin])) ++begin;
  std::size_t end = begin;
  while (end < rest.size() && !is_blank(rest[end])) ++end;
  const std::string_view word = rest.substr(begin, end - begin);
  rest.remove_prefix(end);
  return word;
}

std::size_t NgramModel::bytes() const {
  std::size_t sum = ids_.bytes() + unigrams_.size() * sizeof(Weights) + longest_.bytes();
  for (const auto& table : middle_) sum += table.bytes();
  return sum;
}

std::uint32_t NgramModel::id(std::string_view word) const {
  const std::uint32_t* found = ids_.find(xxh3_64(word));
  return found == nullptr ? 0 : *found;
}

double NgramModel::advance(std::uint32_t word, const Context& before, Context& after) const {
  const Weights& alone = unigrams_[word];
  double log10 = alone.log10;
  after.words[0] = word;
  after.backoffs[0] = alone.backoff;
  int matched = 1;
  std::uint64_t hash = word;
  const int most = std::min(before.length + 1, order_);
  for (int n = 2; n <= most; ++n) {
    const auto earlier = static_cast<std::size_t>(n - 2);
    hash = extend_ngram(hash, before.words[earlier]);
    const Weights* found = nullptr;
    const float* longest = nullptr;
    if (n == order_) {
      longest = longest_.find(hash);
    } else {
      found = middle_[earlier].find(hash);
      after.words[n - 1] = before.words[earlier];
      after.backoffs[n - 1] = found == nullptr ? 0 : found->backoff;
    }
    if (found == nullptr && longest == nullptr) {
      if (has_suffixes_) break;
      continue;
    }
    log10 = longest != nullptr ? *longest : found->log10;
    matched = n;
  }
  for (int n = matched; n <= before.length; ++n) log10 += before.backoffs[n - 1];
  after.length = std::min(matched, order_ - 1);
  return log10;
}

NgramModel::Context NgramModel::sentence_begin() const {
  Context context;
  context.length = std::min(1, order_ - 1);
  context.words[0] = begin_;
  context.backoffs[0] = unigrams_[begin_].backoff;
  return context;
}

double NgramModel::score_word(std::string_view beginning, std::string_view word) const {
  Context before = sentence_begin(), after;
  for (std::string_view each = next_word(beginning); !each.empty(); each = next_word(beginning)) {
    advance(id(each), before, after);
    before = after;
  }
  return advance(id(word), before, after);
}

SentenceScore NgramModel::score_sentence(std::string_view sentence) const {
  Context contexts[2] = {sentence_begin(), {}};
  SentenceScore score;
  const auto take = [&](std::uint32_t word) {
    score.log10 += advance(word, contexts[score.words % 2], contexts[(score.words + 1) % 2]);
    ++score.words;
  };
  for (std::string_view word = next_word(sentence); !word.empty(); word = next_word(sentence)) take(id(word));
  take(end_);
  return score;
}

SentenceScore NgramModel::score_text(std::string_view text) const {
  SentenceScore sum;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const SentenceScore line = score_sentence(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.words == 1) continue;  // a blank line is no sentence
    sum.log10 += line.log10;
    sum.words += line.words;
  }
  return sum;
}

double NgramModel::perplexity(std::string_view text) const {
  const SentenceScore score = score_text(text);
  if (score.words == 0) return std::numeric_limits<double>::infinity();
  return std::pow(10.0, -score.log10 / static_cast<double>(score.words));
}

}  // namespace llmops::data
