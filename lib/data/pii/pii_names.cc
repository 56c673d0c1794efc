// Persons' names: a capitalised word of the lists of names, a title, or an introduction ("my name is") begins one; it
// goes on over the capitalised words behind. Words that are common as such (Will, May, Paris) need more evidence.
#include <algorithm>
#include <array>

#include "data/pii/context.h"
#include "data/pii/name_book.h"
#include "data/pii/name_list.h"
#include "data/pii/name_tokens.h"
#include "data/pii/pii_scanners.h"
#include "data/pii/scan_text.h"

namespace llmops::data::pii {

namespace {

using namespace std::string_view_literals;

// What the text in front of a word says of it.
struct Surroundings {
  bool introduced = false;  ///< a name follows, whatever it is
  bool addressed = false;   ///< a person may follow
  bool place = false;       ///< a place may follow
  bool sentence = false;    ///< the first word begins a sentence and would have a capital anyway
  bool article = false;     ///< "the" stands in front
  bool uncased = false;     ///< the text has no capitals, so that a word's is no evidence
};

constexpr std::array kIntroductions = {"name is "sv,  "name's "sv,    "name: "sv,     "named "sv,
                                       "call me "sv,  "calls me "sv,  "signed "sv,    "signed: "sv,
                                       "née "sv,      "nee "sv,       "heiße "sv,     "m'appelle "sv,
                                       "me llamo "sv, "mi chiamo "sv, "named him "sv, "named her "sv};
constexpr std::array kAddresses = {
    "dear "sv, "hi "sv,    "hello "sv, "hey "sv,       "i am "sv,        "i'm "sv,      "this is "sv,  "from: "sv,
    "to: "sv,  "cc: "sv,   "by "sv,    "regards,\n"sv, "sincerely,\n"sv, "thanks,\n"sv, "cheers,\n"sv, "says "sv,
    "said "sv, "asked "sv, "told "sv,  "with "sv,      "and "sv,         "user: "sv,    "user "sv};
constexpr std::array kPlaces = {" in "sv, " at "sv, " near "sv, " of "sv, " to "sv, " from "sv, " across "sv};

template <std::size_t N>
bool ends_with_any(std::string_view window, const std::array<std::string_view, N>& phrases) {
  return std::any_of(phrases.begin(), phrases.end(), [&](std::string_view phrase) {
    if (window.size() < phrase.size()) return false;
    const std::size_t from = window.size() - phrase.size();
    return begins_with(window, from, phrase) && (phrase[0] == ' ' || !is_alnum(before(window, from)));
  });
}

Surroundings look_around(std::string_view text, std::size_t begin, bool uncased) {
  Surroundings around;
  around.uncased = uncased;
  const std::string_view window = text_before(text, begin, 16);
  around.introduced = ends_with_any(window, kIntroductions);
  around.addressed = ends_with_any(window, kAddresses);
  around.place = ends_with_any(window, kPlaces);
  around.article = ends_with_any(window, std::array{"the "sv, "a "sv, "an "sv});
  const std::size_t last = window.find_last_not_of(" \"'*>(");
  around.sentence = last == std::string_view::npos || ".!?:\n"sv.find(window[last]) != std::string_view::npos;
  return around;
}

constexpr std::size_t kMostWords = 5;  // of one name

struct Extent {
  std::size_t end = 0;      ///< token behind the name's last
  std::size_t known = 0;    ///< tokens of it that are names and not also words
  std::size_t unknown = 0;  ///< tokens that no list has
  bool thing = false;       ///< what follows makes it a thing's
};

// From token `k` on, which is taken; `strange` is how many words that no list has may be taken in.
Extent extend(const NameRun& run, std::size_t k, std::size_t strange) {
  Extent extent;
  bool surname = false;
  std::size_t j = k;
  for (; j < run.count && j - k < kMostWords; ++j) {
    const NameToken& token = run.token[j];
    if (token.particle || token.initial) {
      if (surname && token.initial) break;
      continue;
    }
    if (j > k && token.is(kNeverName)) break;
    if (j > k && token.is(kThing)) {
      extent.thing = true;
      break;
    }
    if (token.is(kGivenName | kSurname)) {
      if (surname && !token.is(kSurname)) break;
      extent.known += token.is(kAlsoWord) ? 0 : 1;
      surname |= j > k && token.is(kSurname) && !token.is(kGivenName);
    } else {
      if (surname || extent.unknown == strange) break;
      ++extent.unknown;
      surname = j > k;
    }
  }
  while (j > k + 1 && (run.token[j - 1].particle || run.token[j - 1].initial)) --j;
  extent.end = j;
  return extent;
}

bool is_joined_by_ampersand(std::string_view text, std::size_t begin, std::size_t end) {
  return (begin > 1 && before(text, begin - 1) == '&') || (at(text, end) == ' ' && at(text, end + 1) == '&');
}

bool in_capitals(const NameRun& run, std::size_t k, std::size_t end) {
  return std::any_of(run.token.begin() + static_cast<std::ptrdiff_t>(k),
                     run.token.begin() + static_cast<std::ptrdiff_t>(end),
                     [](const NameToken& token) { return token.capitals && token.end - token.begin > 2; });
}

// One word alone. A surname at the beginning of a sentence, or where a place is expected, is too little.
bool is_single_name(std::string_view text, const NameToken& token, const Surroundings& around) {
  if (around.uncased) return token.is(kGivenName) && !token.is(kAlsoWord) && token.end - token.begin > 4;
  if (token.is(kAlsoWord)) return around.addressed && token.is(kGivenName);
  if (token.is(kGivenName)) return !around.article;
  if (!token.is(kSurname) || around.article || around.place) return false;
  const bool spoken =
      begins_with(text, token.end, " said") || begins_with(text, token.end, " says") || token.possessive;
  return !around.sentence || spoken || at(text, token.end) == ',';
}

// The token behind the name that begins at token `k`, or 0.
std::size_t name_at(std::string_view text, const NameRun& run, std::size_t k, bool uncased) {
  const NameToken& token = run.token[k];
  if (token.particle || token.is(kNeverName) || (token.is(kThing) && !token.is(kGivenName))) return 0;
  if (k > 0 && run.token[k - 1].is(kBeforePlace)) return 0;
  if (token.is(kTitle) && k + 1 < run.count) return 0;
  const Surroundings around = look_around(text, token.begin, uncased);
  const bool introduced = around.introduced || (k > 0 && run.token[k - 1].is(kTitle) && !run.token[k - 1].capitals);
  const Extent extent = extend(run, k, uncased ? 0 : introduced ? 2 : 1);
  const std::size_t words = extent.end - k;
  if (words == 0) return 0;
  if (is_joined_by_ampersand(text, token.begin, run.token[extent.end - 1].end)) return 0;
  if (in_capitals(run, k, extent.end)) return extent.known >= 2 ? extent.end : 0;
  if (introduced) return extent.end;
  if (extent.thing) return 0;
  if (words == 1) return !token.initial && is_single_name(text, token, around) ? extent.end : 0;
  if (token.initial) return extent.known >= 1 && extent.unknown == 0 ? extent.end : 0;
  if (token.is(kGivenName) && !token.is(kAlsoWord)) return extent.end;
  if (token.is(kGivenName) && !token.is(kPlaceName) && !around.sentence) return extent.end;  // "Mark Twain"
  if (token.is(kGivenName | kSurname)) return extent.known >= 1 ? extent.end : 0;            // "Will Smith"
  // "Tihomila Jensen", but the name in "Meet Ada" begins with the next word.
  if (token.is(kBeforePlace | kAlsoWord) || run.token[k + 1].is(kGivenName)) return 0;
  return extent.known >= 1 && !around.article ? extent.end : 0;
}

// Appends the names of a run.
void find_in_run(std::string_view text, const NameRun& run, bool uncased, std::vector<PiiSpan>& out) {
  for (std::size_t k = 0; k < run.count;) {
    const std::size_t end = name_at(text, run, k, uncased);
    if (end > k) out.push_back({PiiType::kName, run.token[k].begin, run.token[end - 1].end});
    k = std::max(end, k + 1);
  }
}

// Spans of the user's list go first; of the others those that touch none are kept.
void merge(std::vector<PiiSpan>& own, std::vector<PiiSpan>& out) {
  std::size_t k = 0, count = out.size();
  std::vector<PiiSpan> merged;
  for (const PiiSpan& span : own) {
    while (k < count && out[k].end <= span.begin) merged.push_back(out[k++]);
    while (k < count && out[k].begin < span.end) ++k;
    merged.push_back(span);
  }
  merged.insert(merged.end(), out.begin() + static_cast<std::ptrdiff_t>(k), out.end());
  out = std::move(merged);
}

}  // namespace

void find_names(const Scan& scan, const NameBook* own, std::vector<PiiSpan>& out) {
  const std::string_view text = scan.text;
  const bool uncased = std::none_of(text.begin(), text.end(), is_upper);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_upper(text[i]) && !is_high(text[i]) && !(uncased && is_lower(text[i]))) continue;
    if (!begins_name(text, i, uncased)) continue;
    const NameRun run = read_name_run(text, i, uncased);
    if (run.count == 0) continue;
    find_in_run(text, run, uncased, out);
    i = std::max(i, run.end - 1);
  }
  if (own == nullptr) return;
  std::vector<PiiSpan> listed;
  own->find(text, listed);
  merge(listed, out);
}

}  // namespace llmops::data::pii
