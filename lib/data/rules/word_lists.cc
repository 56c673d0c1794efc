// Phrases are found by their first word's hash, then by the hash of all their words.
#include "data/rules/word_lists.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "data/rules/builtin_lists.h"
#include "data/rules/character_class.h"
#include "data/rules/folded_words.h"
#include "text/utf8.h"

namespace llmops::data {

namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{64} << 20;
constexpr std::size_t kLongestPhrase = 16;  // words
constexpr std::size_t kFilterBits = std::size_t{1} << 16;

// Order matters; one word's hash is not that of the phrase of it alone.
std::uint64_t phrase_hash(const FoldedWord* words, std::size_t count) {
  std::uint64_t hash = count;
  for (std::size_t i = 0; i < count; ++i) {
    hash = (std::rotl(hash, 27) ^ words[i].hash) * 0x9E3779B97F4A7C15ULL;
    hash ^= hash >> 32;
  }
  return hash;
}

std::size_t filter_bit(std::uint64_t hash) { return hash % kFilterBits; }

std::string_view without_comment(std::string_view line) {
  for (std::size_t at = line.find('#'); at != line.npos; at = line.find('#', at + 1)) {
    if (at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t') return strip(line.substr(0, at));
  }
  return strip(line);
}

std::string read_list(const WordListSpec& spec, const std::filesystem::path& folder, std::string& origin) {
  origin = spec.path;
  if (!spec.path.starts_with("builtin:")) {
    const std::filesystem::path path = folder / spec.path;
    origin = path.string();
    return read_file(path, kMostBytes);
  }
  const std::string_view list = builtin_word_list(std::string_view(spec.path).substr(8));
  if (list.empty())
    throw ConfigError("'" + spec.path + "' is not a list", "built in: builtin:profanity, builtin:toxicity");
  return std::string(list);
}

bool passes(const WordListSpec& spec, std::size_t matches, std::size_t words) {
  if (matches == 0) return false;
  if (spec.max_count < 0 && spec.max_share < 0) return true;
  if (spec.max_count >= 0 && matches > static_cast<std::size_t>(spec.max_count)) return true;
  return spec.max_share >= 0 && static_cast<double>(matches) > spec.max_share * static_cast<double>(words);
}

bool is_for(const WordListSpec& spec, std::string_view language) {
  return spec.languages.empty() ||
         std::find(spec.languages.begin(), spec.languages.end(), language) != spec.languages.end();
}

}  // namespace

WordLists::List WordLists::make_list(const WordListSpec& spec, std::string_view content, const std::string& origin) {
  List list{spec, {}, {}};
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < content.size();) {
    const std::size_t end = std::min(content.find('\n', begin), content.size());
    const std::string_view entry = without_comment(content.substr(begin, end - begin));
    begin = end + 1;
    ++number;
    if (entry.empty()) continue;
    const auto refuse = [&](const char* why) { throw InputError(fmt::format("{}:{}: {}", origin, number, why)); };
    if (!text::utf8_valid(entry)) refuse("the entry is not UTF-8");
    const std::vector<FoldedWord> words = folded_words(entry);
    if (words.empty()) refuse("the entry has no letter or digit");
    if (words.size() > kLongestPhrase) refuse("the entry has more than 16 words");
    list.first_words[words[0].hash] |= 1U << (words.size() - 1);
    list.phrases.insert(phrase_hash(words.data(), words.size()));
  }
  if (list.phrases.empty()) throw ConfigError("word list '" + origin + "' has no entry", "one word or phrase a line");
  return list;
}

WordLists::WordLists(const std::vector<WordListSpec>& specs, const std::filesystem::path& folder) {
  Sha256 hash;
  may_begin_.resize(specs.empty() ? 0 : kFilterBits / 64);
  for (const WordListSpec& spec : specs) {
    std::string origin;
    const std::string content = read_list(spec, folder, origin);
    hash.update(spec.name + '\0' + sha256_hex(content));
    lists_.push_back(make_list(spec, content, origin));
    for (const auto& [word, lengths] : lists_.back().first_words) {
      may_begin_[filter_bit(word) / 64] |= std::uint64_t{1} << (filter_bit(word) % 64);
    }
  }
  fingerprint_ = hash.hex();
}

std::string WordLists::broken_rule(std::string_view text, std::string_view language) const {
  if (lists_.empty()) return "";
  const std::vector<FoldedWord> words = folded_words(text);
  std::vector<std::size_t> places;  // where some phrase of some list may begin
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::size_t bit = filter_bit(words[i].hash);
    if ((may_begin_[bit / 64] >> (bit % 64) & 1) != 0) places.push_back(i);
  }
  for (const List& list : lists_) {
    if (!is_for(list.spec, language)) continue;
    std::size_t matches = 0, next = 0;
    for (const std::size_t at : places) {
      const auto found = at < next ? list.first_words.end() : list.first_words.find(words[at].hash);
      if (found == list.first_words.end()) continue;
      // The longest phrase that begins here counts, and nothing within it.
      std::size_t joined = 1;
      while (joined < kLongestPhrase && at + joined < words.size() && words[at + joined].joined) ++joined;
      for (std::size_t length = joined; length > 0; --length) {
        if ((found->second >> (length - 1) & 1) == 0) continue;
        if (!list.phrases.contains(phrase_hash(&words[at], length))) continue;
        ++matches;
        next = at + length;
        break;
      }
    }
    if (passes(list.spec, matches, words.size())) return "list_" + list.spec.name;
  }
  return "";
}

}  // namespace llmops::data
