// Pre-tokenizers of tokenizer.json: where words begin and end.
#include "text/bpe/word_splitter.h"

#include <fmt/format.h>

#include "core/error.h"
#include "text/bpe/pattern.h"
#include "text/bpe/split_step.h"
#include "text/component.h"

namespace llmops::text {
namespace {

constexpr const char* kSupported =
    "ByteLevel, Split, Digits, Punctuation, Whitespace, WhitespaceSplit, Metaspace, Sequence";

MetaspaceRule read_metaspace(const Json& rule, const std::string& where) {
  MetaspaceRule metaspace;
  metaspace.replacement = json_get_or<std::string>(rule, "replacement", "\u2581", where);
  metaspace.split = json_get_or(rule, "split", true, where);
  const bool add = json_get_or(rule, "add_prefix_space", true, where);
  const auto scheme = json_get_or<std::string>(rule, "prepend_scheme", add ? "always" : "never", where);
  if (scheme != "always" && scheme != "first" && scheme != "never") {
    throw InputError(fmt::format("{}: 'prepend_scheme' is '{}'", where, scheme), "one of always, first, never");
  }
  using Prepend = MetaspaceRule::Prepend;
  metaspace.prepend = scheme == "always" ? Prepend::kAlways : scheme == "first" ? Prepend::kFirst : Prepend::kNever;
  return metaspace;
}

void add_pattern(WordSplitter& splitter, Regex pattern, SplitBehavior behavior, bool invert) {
  splitter.steps.push_back(std::make_unique<PatternStep>(std::move(pattern), behavior, invert));
}

void add_rule(const Json& rule, const std::string& origin, WordSplitter& splitter) {
  const std::string where = origin + ": pre_tokenizer";
  const auto type = json_get<std::string>(rule, "type", where);
  if (type == "Sequence") {
    for (const Json& part : json_get_or(rule, "pretokenizers", Json::array(), where)) add_rule(part, origin, splitter);
    return;
  }
  if (splitter.byte_level) throw InputError(fmt::format("{}: '{}' after ByteLevel is not supported", where, type));
  if (splitter.metaspace) throw InputError(fmt::format("{}: '{}' after Metaspace is not supported", where, type));
  if (type == "ByteLevel") {
    const bool prefix = json_get_or(rule, "add_prefix_space", true, where);
    const bool regex = json_get_or(rule, "use_regex", true, where);
    if (prefix || regex) splitter.steps.push_back(std::make_unique<ByteLevelStep>(prefix, regex));
    splitter.byte_level = true;
  } else if (type == "Split") {
    const auto behavior = parse_split_behavior(json_get<std::string>(rule, "behavior", where), where);
    add_pattern(splitter, read_pattern(rule, where), behavior, json_get_or(rule, "invert", false, where));
  } else if (type == "Digits") {
    const bool individual = json_get_or(rule, "individual_digits", false, where);
    add_pattern(splitter, {"\\p{N}", where}, individual ? SplitBehavior::kIsolated : SplitBehavior::kContiguous, false);
  } else if (type == "Punctuation") {
    const auto behavior = json_get_or<std::string>(rule, "behavior", "Isolated", where);
    add_pattern(splitter, {R"([!-/:-@\[-`{-~]|\p{P})", where}, parse_split_behavior(behavior, where), false);
  } else if (type == "Whitespace") {
    add_pattern(splitter, {R"(\w+|[^\w\s]+)", where}, SplitBehavior::kRemoved, true);
  } else if (type == "WhitespaceSplit") {
    add_pattern(splitter, {"\\s", where}, SplitBehavior::kRemoved, false);
  } else if (type == "Metaspace") {
    if (!splitter.steps.empty()) throw InputError(where + ": Metaspace after another step is not supported");
    splitter.metaspace = read_metaspace(rule, where);
  } else {
    throw_unsupported(origin, "pre_tokenizer", type, kSupported);
  }
}

}  // namespace

SplitStep::~SplitStep() = default;

WordSplitter make_word_splitter(const Json& rule, const std::string& origin) {
  WordSplitter splitter;
  if (!rule.is_null()) add_rule(rule, origin, splitter);
  if (splitter.metaspace && splitter.metaspace->split) {
    add_pattern(splitter, {Regex::quote(splitter.metaspace->replacement), origin}, SplitBehavior::kMergedWithNext,
                false);
  }
  return splitter;
}

void WordSplitter::split(std::string_view text, std::vector<Word>& words) const {
  if (text.empty()) return;
  std::vector<Word> coarse{{{0, text.size()}, false}};
  if (steps.empty()) words.push_back(coarse.front());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (i + 1 == steps.size()) {
      for (const Word& word : coarse) steps[i]->split(text, word, words);
    } else {
      std::vector<Word> finer;
      for (const Word& word : coarse) steps[i]->split(text, word, finer);
      coarse = std::move(finer);
    }
  }
}

}  // namespace llmops::text
