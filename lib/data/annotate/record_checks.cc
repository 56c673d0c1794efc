// The rules for generated texts.
#include "data/annotate/record_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/error.h"
#include "core/spelling.h"
#include "data/annotate/near_duplicates.h"
#include "data/read/mapping.h"
#include "text/json_schema.h"
#include "text/regex.h"
#include "text/unicode.h"
#include "text/utf8.h"

namespace llmops::data {

namespace {

std::string lower_case(std::string_view text) {
  std::string lower;
  for (std::size_t at = 0; at < text.size();) {
    const text::Utf8Step step = text::utf8_step(text, at);
    text::append_utf8(lower, text::to_lower(step.code_point));
    at += step.length;
  }
  return lower;
}

std::size_t count_words(std::string_view text) {
  std::size_t words = 0;
  bool inside = false;
  for (std::size_t at = 0; at < text.size();) {
    const text::Utf8Step step = text::utf8_step(text, at);
    const bool blank = text::is_white_space(step.code_point);
    words += !blank && !inside ? 1 : 0;
    inside = !blank;
    at += step.length;
  }
  return words;
}

bool below(std::size_t count, int least) { return least > 0 && count < static_cast<std::size_t>(least); }
bool above(std::size_t count, int most) { return most > 0 && count > static_cast<std::size_t>(most); }

}  // namespace

std::string fill_template(const std::string& source, const Json& variables) {
  std::string text;
  const FieldTemplate parsed(source);
  for (const FieldTemplate::Piece& piece : parsed.pieces()) {
    if (!piece.is_field) {
      text += piece.text;
      continue;
    }
    const auto found = variables.find(piece.text);
    if (found == variables.end()) {
      std::vector<std::string> known;
      for (const auto& [name, unused] : variables.items()) known.push_back(name);
      throw InputError(fmt::format("'{{{{{}}}}}' has no value", piece.text),
                       did_you_mean(piece.text, known, "name it under 'variables', or as a field of every seed"));
    }
    text += found->is_string() ? found->get<std::string>() : dump_json(*found);
  }
  return text;
}

struct RecordChecker::State {
  RecordChecks checks;
  std::optional<text::JsonSchema> schema;
  std::optional<text::Regex> regex;
  NearDuplicates accepted;
};

RecordChecker::RecordChecker(RecordChecks checks, const Json& schema)
    : state_(new State{std::move(checks), {}, {}, {}}) {
  if (!schema.is_null()) state_->schema.emplace(schema);
  if (!state_->checks.regex.empty()) state_->regex.emplace(state_->checks.regex, "regex");
}
RecordChecker::~RecordChecker() = default;

std::string RecordChecker::check_form(const std::string& text) const {
  const RecordChecks& checks = state_->checks;
  const std::size_t chars = text::utf8_length(text), words = count_words(text);
  if (below(chars, checks.min_chars) || below(words, checks.min_words)) return "too_short";
  if (above(chars, checks.max_chars) || above(words, checks.max_words)) return "too_long";
  const std::optional<text::JsonSchema>& schema = state_->schema;
  if (!schema && checks.required_keys.empty()) return "";
  Json json;
  try {
    json = parse_json(text, "text");
  } catch (const InputError&) {
    return "not_json";
  }
  for (const std::string& key : checks.required_keys) {
    if (!json.is_object() || !json.contains(key)) return "missing_key";
  }
  return schema && !schema->accepts(json) ? "schema" : "";
}

std::string RecordChecker::check_words(const std::string& text, const Json& variables) const {
  if (const std::optional<text::Regex>& regex = state_->regex; regex) {
    std::vector<text::Range> matches;
    try {
      regex->find_all(text, matches, /*with_empty=*/true);
    } catch (const InputError&) {  // more steps than it may take
      matches.clear();
    }
    if (matches.empty()) return "no_match";
  }
  const std::string lower = lower_case(text);
  const auto contains = [&](const std::string& part) {
    return lower.find(lower_case(fill_template(part, variables))) != std::string::npos;
  };
  const RecordChecks& checks = state_->checks;
  if (!std::all_of(checks.must_contain.begin(), checks.must_contain.end(), contains)) return "lacks_text";
  if (std::any_of(checks.must_not_contain.begin(), checks.must_not_contain.end(), contains)) return "forbidden_text";
  return "";
}

std::string RecordChecker::check(const std::string& text, bool cut, const Json& variables) {
  if (cut && state_->checks.whole) return "cut_off";
  if (std::string rule = check_form(text); !rule.empty()) return rule;
  if (std::string rule = check_words(text, variables); !rule.empty()) return rule;
  if (state_->checks.near_duplicates <= 0) return "";
  switch (state_->accepted.compare(text, state_->checks.near_duplicates)) {
    case NearDuplicates::Likeness::kNew: return "";
    case NearDuplicates::Likeness::kSame: return "duplicate";
    case NearDuplicates::Likeness::kNear: return "near_duplicate";
  }
  return "";
}

void RecordChecker::accept(const std::string& text) { state_->accepted.add(text); }

Json RecordChecks::json() const {
  return {{"min_chars", min_chars},
          {"max_chars", max_chars},
          {"min_words", min_words},
          {"max_words", max_words},
          {"required_keys", required_keys},
          {"regex", regex},
          {"must_contain", must_contain},
          {"must_not_contain", must_not_contain},
          {"near_duplicates", near_duplicates},
          {"whole", whole}};
}

void read_record_checks(config::YamlObject object, RecordChecks& checks) {
  object.optional("min_chars", checks.min_chars);
  object.optional("max_chars", checks.max_chars);
  object.optional("min_words", checks.min_words);
  object.optional("max_words", checks.max_words);
  object.optional("required_keys", checks.required_keys);
  object.optional("regex", checks.regex);
  object.optional("must_contain", checks.must_contain);
  object.optional("must_not_contain", checks.must_not_contain);
  object.optional("near_duplicates", checks.near_duplicates);
  object.optional("whole", checks.whole);
  const auto bounds = [&](const char* most_key, int least, int most) {
    object.check(least >= 0 && most >= 0 && (most == 0 || most >= least), most_key, "is below the least", "0 is off");
  };
  bounds("max_chars", checks.min_chars, checks.max_chars);
  bounds("max_words", checks.min_words, checks.max_words);
  object.check(checks.near_duplicates >= 0 && checks.near_duplicates <= 1, "near_duplicates", "is not between 0 and 1");
}

}  // namespace llmops::data
