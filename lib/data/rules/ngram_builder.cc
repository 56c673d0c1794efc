// Building the tables of an n-gram model, order by order.
#include "data/rules/ngram_builder.h"

#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/hash.h"

namespace llmops::data {

namespace {

constexpr float kMissingUnknown = -100;  // log10 for unknown words of a model that has no <unk>; KenLM's choice

}  // namespace

NgramBuilder::NgramBuilder(int order, std::string origin) : origin_(std::move(origin)) {
  if (order < 1 || order > kMostNgramOrder) fail("its order is not between 1 and 8", 0);
  model_.order_ = order;
  model_.unigrams_.push_back({kMissingUnknown, 0});
}

void NgramBuilder::fail(const std::string& why, std::uint64_t where) const {
  throw InputError(origin_ + (where == 0 ? "" : ":" + std::to_string(where)) + ": not a usable n-gram model: " + why);
}

void NgramBuilder::add(std::span<const std::string_view> words, float log10, float backoff, std::uint64_t where) {
  if (!(log10 <= 0)) fail("a log probability is above 0", where);
  if (!std::isfinite(backoff)) fail("a backoff weight is not finite", where);
  const NgramModel::Weights weights{log10, backoff};
  if (n_ == 1) return add_word(words[0], weights, where);
  std::uint64_t suffix = 0, hash = known(words.back(), where);
  for (std::size_t i = words.size() - 1; i-- > 0;) {
    suffix = hash;
    hash = extend_ngram(hash, known(words[i], where));
  }
  if (n_ > 2 && !holds(n_ - 1, suffix)) model_.has_suffixes_ = false;
  std::uint64_t context = known(words[words.size() - 2], where);
  for (std::size_t i = words.size() - 2; i-- > 0;) context = extend_ngram(context, known(words[i], where));
  if (n_ > 2 && !holds(n_ - 1, context)) fail("the words before an n-gram's last are not an n-gram of it", where);
  entries_.push_back({hash, weights, where});
}

void NgramBuilder::add_word(std::string_view word, const NgramModel::Weights& weights, std::uint64_t where) {
  if (word == "<unk>" || word == "<UNK>") {
    if (has_unknown_) fail("the unknown word is there twice", where);
    has_unknown_ = true;
    model_.unigrams_[0] = weights;
    return;
  }
  if (model_.unigrams_.size() == std::numeric_limits<std::uint32_t>::max()) fail("it has too many words", where);
  const auto id = static_cast<std::uint32_t>(model_.unigrams_.size());
  if (word == "<s>") model_.begin_ = id;
  if (word == "</s>") model_.end_ = id;
  has_begin_ = has_begin_ || word == "<s>";
  has_end_ = has_end_ || word == "</s>";
  model_.unigrams_.push_back(weights);
  entries_.push_back({xxh3_64(word), {}, where});
}

std::uint32_t NgramBuilder::known(std::string_view word, std::uint64_t where) const {
  const std::uint32_t id = model_.id(word);
  if (id == 0 && word != "<unk>" && word != "<UNK>") fail("'" + std::string(word) + "' is not among its words", where);
  return id;
}

bool NgramBuilder::holds(int n, std::uint64_t hash) const {
  return model_.middle_[static_cast<std::size_t>(n - 2)].find(hash) != nullptr;
}

void NgramBuilder::end_unigrams() {
  model_.words_ = model_.unigrams_.size();
  model_.ids_ = NgramHash<std::uint32_t>(entries_.size());
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const bool fresh = model_.ids_.insert(entries_[i].hash, static_cast<std::uint32_t>(i + 1));
    if (!fresh) fail("a word is there twice", entries_[i].where);
  }
  model_.counts_.push_back(entries_.size() + (has_unknown_ ? 1 : 0));
}

void NgramBuilder::end_order() {
  const auto insert_all = [&](auto& table, auto value_of) {
    for (const Entry& entry : entries_) {
      if (!table.insert(entry.hash, value_of(entry))) fail("an n-gram is there twice", entry.where);
    }
    model_.counts_.push_back(entries_.size());
  };
  if (n_ == 1) {
    end_unigrams();
  } else if (n_ < model_.order_) {
    auto& table = model_.middle_.emplace_back(entries_.size());
    insert_all(table, [](const Entry& entry) { return entry.weights; });
  } else {
    model_.longest_ = NgramHash<float>(entries_.size());
    insert_all(model_.longest_, [](const Entry& entry) { return entry.weights.log10; });
  }
  entries_ = {};
  ++n_;
}

NgramModel NgramBuilder::finish() {
  if (!has_begin_ || !has_end_) fail("it has no <s> or </s>", 0);
  return std::move(model_);
}

}  // namespace llmops::data
