// Pre-tokenizers of tokenizer.json: the steps in order, or one splitter where the text itself does not change.
#include "text/pipeline/pre_tokenizer.h"

#include "text/pipeline/pre_tokenizer_steps.h"

namespace llmops::text {
namespace {

bool is_type(const Json& rule, std::string_view type) { return rule["type"] == type; }

// Whether one WordSplitter does all of them: only cuts, and a ByteLevel at the end whose words are taken as bytes.
bool only_splits(const std::vector<Json>& rules, bool bytes) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const bool last_bytes = bytes && i + 1 == rules.size() && is_type(rules[i], "ByteLevel");
    const bool cuts = is_type(rules[i], "Split") || is_type(rules[i], "Digits") || is_type(rules[i], "Punctuation");
    if (!last_bytes && !cuts) return false;
  }
  return true;
}

}  // namespace

PreTokenizerStep::~PreTokenizerStep() = default;

PreTokenizer::PreTokenizer(const Json& rule, bool bytes, const std::string& origin) {
  const std::vector<Json> rules = flat_pre_tokenizer_rules(rule, origin);
  if (only_splits(rules, bytes)) {
    const Json sequence = {{"type", "Sequence"}, {"pretokenizers", rules}};
    splitter_ = std::make_unique<WordSplitter>(make_word_splitter(sequence, origin));
    return;
  }
  const std::string where = origin + ": pre_tokenizer";
  for (const Json& step : rules) {
    if (is_type(step, "Metaspace")) {
      steps_.push_back(make_metaspace_step(step, where));
    } else if (is_type(step, "ByteLevel")) {
      steps_.push_back(make_byte_level_step(step, where));
    } else if (is_type(step, "UnicodeScripts")) {
      steps_.push_back(make_scripts_step());
    } else {
      steps_.push_back(make_split_step(make_word_splitter(step, origin)));
    }
  }
}

WordedText PreTokenizer::apply(AlignedText text) const {
  WordedText worded{std::move(text), {}};
  if (worded.text.text.empty()) return worded;
  if (splitter_ != nullptr) {
    splitter_->split(worded.text.text, worded.words);
    return worded;
  }
  worded.words.push_back({{0, worded.text.text.size()}, false});
  for (const auto& step : steps_) step->apply(worded);
  return worded;
}

}  // namespace llmops::text
