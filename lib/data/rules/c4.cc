// C4's rules: the order and the comparisons are those of datatrove's C4QualityFilter.
#include <algorithm>
#include <array>

#include "data/rules/lines.h"
#include "data/rules/phrases.h"
#include "data/rules/rule_sets.h"
#include "data/rules/sentences.h"

namespace llmops::data {

namespace {

constexpr Phrase kLorem = {"lorem ipsum", 7}, kJavascript = {"javascript", 0};
// Every policy phrase has one of these.
constexpr std::array<Phrase, 3> kPolicyParts = {{{"cookie", 3}, {"terms of use", 7}, {"privacy policy", 3}}};
constexpr std::array<Phrase, 6> kPolicies = {{{"terms of use", 7},
                                              {"privacy policy", 3},
                                              {"cookie policy", 3},
                                              {"uses cookies", 8},
                                              {"use of cookies", 10},
                                              {"use cookies", 7}}};

template <std::size_t N>
bool mentions_any(std::string_view text, const std::array<Phrase, N>& phrases) {
  return std::any_of(phrases.begin(), phrases.end(), [&](const Phrase& phrase) { return mentions(text, phrase); });
}

// What a line can be dropped for, if the text has it at all: nearly none has.
struct Mentioned {
  bool lorem = false, javascript = false, bracket = false, policy = false;
};

Mentioned find_mentioned(std::string_view text, const C4Spec& spec) {
  return {spec.lorem_ipsum && mentions(text, kLorem), spec.javascript && mentions(text, kJavascript),
          spec.curly_bracket && text.find('{') != text.npos, spec.policy && mentions_any(text, kPolicyParts)};
}

// Whether there are so many words between white space.
bool has_words(std::string_view line, int least) {
  int words = 0;
  bool inside = false;
  for (std::size_t at = 0; at < line.size() && words < least;) {
    const ClassStep step = class_step(line, at);
    const bool space = (step.bits & kSpace) != 0;
    words += !space && !inside;
    inside = !space;
    at += step.length;
  }
  return words >= least;
}

// Whether a word has more code points. Jumps from blank to blank near the end of what is allowed.
bool has_longer_word(std::string_view line, std::size_t most) {
  while (line.size() > most) {
    const std::size_t blank = line.substr(0, most + 1).find_last_of(" \t");
    if (blank != line.npos) {
      line.remove_prefix(blank + 1);
      continue;
    }
    std::size_t chars = 0, at = 0;
    for (; at < line.size(); ++chars) {
      const ClassStep step = class_step(line, at);
      at += step.length;
      if ((step.bits & kSpace) != 0) break;
      if (chars == most) return true;
    }
    line.remove_prefix(at);
  }
  return false;
}

// Bytes of "[12]", "[]", "[edit]" or "[citation needed]" at the beginning; 0 for none.
std::size_t citation_length(std::string_view text) {
  for (const std::string_view mark : {"[edit]", "[citation needed]"}) {
    if (text.starts_with(mark)) return mark.size();
  }
  std::size_t at = 1;
  while (at < text.size()) {
    const ClassStep step = class_step(text, at);
    if ((step.bits & kDigit) == 0) break;
    at += step.length;
  }
  return at < text.size() && text[at] == ']' ? at + 1 : 0;
}

// @param scratch  holds the line where it is not what it was
std::string_view without_citations(std::string_view line, std::string& scratch) {
  std::size_t open = line.find('[');
  if (open == line.npos) return line;
  scratch.clear();
  std::size_t copied = 0;
  for (; open != line.npos; open = line.find('[', open)) {
    const std::size_t length = citation_length(line.substr(open));
    if (length == 0) {
      ++open;
      continue;
    }
    scratch.append(line.substr(copied, open - copied));
    copied = open += length;
  }
  scratch.append(line.substr(copied));
  return scratch;
}

bool ends_properly(std::string_view line) {
  return !line.empty() && std::string_view(".?!\"'").find(line.back()) != std::string_view::npos &&
         !line.ends_with("...");
}

class LineRules {
 public:
  LineRules(std::string_view text, const C4Spec& spec) : spec_(spec), mentioned_(find_mentioned(text, spec)) {}

  // Adds the line to the text, or drops it, or finds that the whole text goes.
  void take(std::string_view line, C4Text& text) {
    line = strip(line);
    if (spec_.max_word_length > 0 && has_longer_word(line, static_cast<std::size_t>(spec_.max_word_length))) return;
    const bool enough_words = has_words(line, spec_.min_line_words);
    if (spec_.remove_citations) line = without_citations(line, scratch_);
    if (spec_.terminal_punctuation && !ends_properly(line)) return;
    if (!enough_words) return;
    if (mentioned_.lorem && mentions(line, kLorem)) return drop(text, "c4_lorem_ipsum");
    if (mentioned_.javascript && mentions(line, kJavascript)) return;
    if (mentioned_.bracket && line.find('{') != line.npos) return drop(text, "c4_curly_bracket");
    if (mentioned_.policy && mentions_any(line, kPolicies)) return;
    keep(line, text);
  }

  bool enough_sentences() const { return sentences_ >= static_cast<std::size_t>(spec_.min_sentences); }

 private:
  static void drop(C4Text& text, const char* rule) { text.broken = rule; }

  void keep(std::string_view line, C4Text& text) {
    // Counting stops where there are enough.
    if (!enough_sentences()) sentences_ += std::max<std::size_t>(count_sentences(line, chunks_), 1);
    if (any_) text.text += '\n';
    text.text += line;
    any_ = true;
  }

  const C4Spec& spec_;
  Mentioned mentioned_;
  ChunkSplitter chunks_;
  std::string scratch_;  // the line without its citations
  std::size_t sentences_ = 0;
  bool any_ = false;
};

}  // namespace

C4Text apply_c4(std::string_view text, const C4Spec& spec) {
  C4Text kept;
  kept.text.reserve(text.size());
  LineRules rules(text, spec);
  for (const std::string_view line : python_lines(text)) {
    rules.take(line, kept);
    if (!kept.broken.empty()) return {std::move(kept.broken), ""};
  }
  if (!rules.enough_sentences()) return {"c4_sentences", ""};
  if (const std::string_view stripped = strip(kept.text); stripped.size() != kept.text.size()) kept.text = stripped;
  return kept;
}

}  // namespace llmops::data
