// Learning merges: against a trainer that counts everything anew for each merge, and the pieces it is made of.
#include <map>
#include <random>
#include <set>

#include "core/error.h"
#include "support/catch.h"
#include "text/bpe/byte_alphabet.h"
#include "text/bpe/vocabulary.h"
#include "text/normalize/normalizer.h"
#include "text/training/bpe_trainer.h"
#include "text/training/text_cut.h"
#include "text/training/word_counter.h"

using namespace llmops;

namespace {

using Words = std::vector<std::pair<std::string, std::uint64_t>>;
using Merges = std::vector<std::pair<std::string, std::string>>;

text::WordCounts counts_of(const Words& words) {
  text::WordCounts counts;
  for (const auto& [word, count] : words) counts.add(word, count);
  return counts;
}

text::LearntBpe learn(const Words& words, const text::BpeTrainingOptions& options) {
  Progress silent;
  return text::learn_bpe(counts_of(words), options, silent);
}

/// The merges as bytes.
Merges merges_of(const text::LearntBpe& learnt) {
  const auto bytes = [&](text::TokenId id) {
    return text::alphabet_to_bytes(learnt.tokens[static_cast<std::size_t>(id)]).value();
  };
  Merges merges;
  for (const auto& [left, right] : learnt.merges) merges.emplace_back(bytes(left), bytes(right));
  return merges;
}

/// The definition: count all pairs of all words, merge the most frequent (of equals the one with smaller ids), repeat.
Merges naive_merges(const Words& words, const std::vector<std::string>& first,
                    const text::BpeTrainingOptions& options) {
  std::vector<std::string> tokens = first;
  std::map<std::string, int> ids;
  for (std::size_t i = 0; i < tokens.size(); ++i) ids[tokens[i]] = static_cast<int>(i);
  std::vector<std::vector<int>> split;
  for (const auto& [word, count] : words) {
    split.emplace_back();
    for (const char c : word) split.back().push_back(ids.at(std::string(1, c)));
  }
  Merges merges;
  while (tokens.size() < static_cast<std::size_t>(options.vocab_size)) {
    std::map<std::pair<int, int>, std::uint64_t> pairs;
    for (std::size_t w = 0; w < split.size(); ++w) {
      for (std::size_t i = 1; i < split[w].size(); ++i) pairs[{split[w][i - 1], split[w][i]}] += words[w].second;
    }
    std::pair<int, int> best;
    std::uint64_t most = 0;
    for (const auto& [pair, count] : pairs) {
      const std::size_t length = tokens[pair.first].size() + tokens[pair.second].size();
      if (options.max_token_length > 0 && length > 2 && length >= options.max_token_length) continue;
      if (count > most) std::tie(best, most) = std::pair{pair, count};
    }
    if (most < std::max<std::uint64_t>(options.min_frequency, 1)) break;
    merges.emplace_back(tokens[best.first], tokens[best.second]);
    tokens.push_back(tokens[best.first] + tokens[best.second]);
    for (std::vector<int>& word : split) {
      std::vector<int> merged;
      for (std::size_t i = 0; i < word.size(); ++i) {
        const bool found = i + 1 < word.size() && word[i] == best.first && word[i + 1] == best.second;
        merged.push_back(found ? static_cast<int>(tokens.size()) - 1 : word[i]);
        i += found ? 1 : 0;
      }
      word = merged;
    }
  }
  return merges;
}

Words random_words(std::mt19937& random, const std::string& letters) {
  std::set<std::string> seen;
  Words words;
  for (int i = 0; i < 60; ++i) {
    std::string word;
    for (std::size_t n = 1 + random() % 12; n > 0; --n) word += letters[random() % letters.size()];
    if (seen.insert(word).second) words.emplace_back(word, 1 + random() % 9);
  }
  return words;
}

}  // namespace

TEST_CASE("merges are those of counting everything anew each time", "[text]") {
  std::mt19937 random(11);
  for (int round = 0; round < 40; ++round) {
    const std::string letters = std::vector<std::string>{"a", "ab", "the n", "\xC3\xA9\xBC x"}[random() % 4];
    const Words words = random_words(random, letters);
    text::BpeTrainingOptions options;
    options.vocab_size = 257 + static_cast<int>(random() % 120);
    options.min_frequency = random() % 4;
    options.max_token_length = round % 3 == 0 ? 2 + random() % 6 : 0;
    options.special_tokens = {"<|end|>"};
    const text::LearntBpe learnt = learn(words, options);
    std::vector<std::string> first{"<|end|>"};
    for (std::size_t id = 1; id < 257; ++id) first.push_back(text::alphabet_to_bytes(learnt.tokens[id]).value());
    CAPTURE(round, letters, options.vocab_size, options.min_frequency, options.max_token_length);
    CHECK(merges_of(learnt) == naive_merges(words, first, options));
    CHECK(learnt.tokens.size() == 257 + learnt.merges.size());
  }
}

TEST_CASE("special tokens come first, then bytes in the order of their characters", "[text]") {
  const text::LearntBpe learnt = learn({{"ab", 5}}, {.vocab_size = 300, .special_tokens = {"<s>", "</s>"}});
  REQUIRE(learnt.tokens.size() == 259);
  CHECK(learnt.tokens[0] == "<s>");
  CHECK(learnt.tokens[1] == "</s>");
  CHECK(learnt.tokens[2] == "!");
  CHECK(learnt.tokens[257] == text::bytes_to_alphabet("\xAD"));  // the last that is not printable
  CHECK(learnt.tokens[258] == "ab");
  CHECK(learnt.tokens_in_corpus == 5);
}

TEST_CASE("a vocabulary too small says how large it must be", "[text]") {
  try {
    learn({{"ab", 5}}, {.vocab_size = 257, .special_tokens = {"<s>", "</s>"}});
    FAIL("no error");
  } catch (const UsageError& error) {
    CHECK(std::string(error.what()) == "a vocabulary of 257 tokens has no room for the 256 bytes and 2 special tokens");
    CHECK(error.hint() == "ask for at least 258");
  }
  CHECK(learn({{"ab", 5}}, {.vocab_size = 258, .special_tokens = {"<s>", "</s>"}}).merges.empty());
}

TEST_CASE("words are counted alike on any number of threads", "[text]") {
  const auto splitter =
      text::make_word_splitter({{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", true}}, "a test");
  const auto nfc = text::make_normalizer({{"type", "NFC"}}, "a test");
  const std::string story = "It's e\xCC\x81t\xC3\xA9, it's hot; " + std::string(2000, 'x') + "\n";
  std::map<std::string, std::uint64_t> first;
  for (const int threads : {1, 2, 7}) {
    text::WordCounter counter(splitter, nfc.get(), threads);
    for (int i = 0; i < 3000; ++i) counter.add(story);
    const text::WordCounts counts = counter.finish();
    std::map<std::string, std::uint64_t> found;
    for (std::size_t i = 0; i < counts.size(); ++i) found[std::string(counts.word(i))] = counts.count(i);
    if (first.empty()) first = found;
    CHECK(found == first);
  }
  CHECK(first["'s"] == 6000);
  CHECK(first[" \xC3\xA9t\xC3\xA9"] == 3000);
  CHECK(first["\n"] == 3000);
}

TEST_CASE("counting ends when it is abandoned", "[text]") {
  const auto splitter =
      text::make_word_splitter({{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", true}}, "a test");
  text::WordCounter counter(splitter, nullptr, 2);
  for (int i = 0; i < 100; ++i) counter.add(std::string(100000, 'x'));
}

TEST_CASE("texts are cut behind a whole word only", "[text]") {
  const auto cut = [](const std::string& text) {
    const std::size_t at = text::last_text_cut(text);
    return text.substr(0, at) + "|" + text.substr(at);
  };
  CHECK(cut("one two") == "one| two");
  CHECK(cut("one two  three") == "one| two  three");
  CHECK(cut("one\ntwo") == "one\n|two");
  CHECK(cut("one.\ntwo") == "one.\n|two");
  CHECK(cut("one\n\ntwo") == "|one\n\ntwo");
  CHECK(cut("one \ntwo") == "|one \ntwo");
  CHECK(cut("one 2 three") == "|one 2 three");
  CHECK(cut("\xC3\xA9t\xC3\xA9 \xC3\xA0") == "\xC3\xA9t\xC3\xA9| \xC3\xA0");
  CHECK(cut("one two ") == "one| two ");
  CHECK(cut("\xE7\x81\xAF\xE3\x80\x82\n\xE7\x81\xAF") == "\xE7\x81\xAF\xE3\x80\x82\n|\xE7\x81\xAF");
  CHECK(cut("") == "|");
  CHECK(cut(" a") == "| a");
}
