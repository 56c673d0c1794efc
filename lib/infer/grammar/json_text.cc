// The parts of a JSON document that no schema speaks of: strings, numbers, white space, values of any kind.
#include "infer/grammar/json_text.h"

#include <map>

#include "core/json.h"
#include "infer/grammar/regex_parser.h"
#include "text/utf8.h"

namespace llmops::infer::grammar {
namespace {

constexpr const char* kEscape =
    R"(\\(["\\/bfnrt]|u([0-9A-CE-Fa-ce-f][0-9A-Fa-f]{3}|[Dd][0-7][0-9A-Fa-f]{2}|[Dd][89ABab][0-9A-Fa-f]{2}\\u[Dd][C-Fc-f][0-9A-Fa-f]{2})))";
constexpr const char* kFlexibleSpace = "( |\n[ \t]{0,32})?";

// What JSON writes with an escape, and everything else.
CodePointSet escaped_set() { return CodePointSet({{0, 0x1F}, {'"', '"'}, {'\\', '\\'}}); }

std::string spelled(char32_t c) {
  std::string text;
  text::append_utf8(text, c);
  const std::string quoted = dump_json(text);
  return quoted.substr(1, quoted.size() - 2);
}

ExprId one_of(Grammar& grammar, const std::vector<CodePointRange>& letters) {
  return grammar.character(CodePointSet(letters));
}

}  // namespace

ExprId json_characters(Grammar& grammar, const CodePointSet& set) {
  std::vector<CodePointRange> letters;                       // behind a backslash
  std::map<char, std::vector<CodePointRange>> second_digit;  // of "u00xy", by the first
  const CodePointSet must_escape = escaped_set();
  for (const CodePointRange& range : must_escape.ranges()) {
    for (char32_t c = range.first; c <= range.last; ++c) {
      if (!set.contains(c)) continue;
      const std::string text = spelled(c);
      auto& into = text.size() == 2 ? letters : second_digit[text[4]];
      into.push_back({static_cast<char32_t>(text.back()), static_cast<char32_t>(text.back())});
    }
  }
  std::vector<ExprId> escapes;
  if (!letters.empty()) escapes.push_back(one_of(grammar, letters));
  for (const auto& [first, second] : second_digit) {
    escapes.push_back(grammar.sequence({grammar.literal(std::string("u00") + first), one_of(grammar, second)}));
  }
  const ExprId plain = grammar.character(set.without(escaped_set()));
  if (escapes.empty()) return plain;
  return grammar.choice({plain, grammar.sequence({grammar.literal("\\"), grammar.choice(std::move(escapes))})});
}

JsonText::JsonText(Grammar& grammar, GrammarSource::WhiteSpace white_space) : grammar_(grammar) {
  const bool flexible = white_space == GrammarSource::WhiteSpace::kFlexible;
  space_ = flexible ? grammar.as_rule(pattern(kFlexibleSpace), "white space") : grammar.literal("");
  colon_ = flexible ? pattern(" ?") : grammar.literal("");
}

ExprId JsonText::pattern(const char* regex) { return add_regex(grammar_, regex, {.name = "json"}); }

ExprId JsonText::build_character() {
  return grammar_.choice({grammar_.character(escaped_set().negated()), pattern(kEscape)});
}

ExprId JsonText::string() { return grammar_.reference(rule(string_, "a string", &JsonText::build_string)); }
ExprId JsonText::object_value() { return grammar_.reference(rule(object_, "an object", &JsonText::build_object)); }
ExprId JsonText::array_value() { return grammar_.reference(rule(array_, "an array", &JsonText::build_array)); }
ExprId JsonText::value() { return grammar_.reference(rule(value_, "a value", &JsonText::build_value)); }
RuleId JsonText::rule(RuleId& known, const char* name, ExprId (JsonText::*build)()) {
  if (known == kNone) {
    known = grammar_.declare(name);
    grammar_.define(known, (this->*build)());
  }
  return known;
}

ExprId JsonText::build_string() {
  return grammar_.sequence({literal("\""), grammar_.repeat(character(), 0, kUnbounded), literal("\"")});
}

ExprId JsonText::build_object() {
  return enclosed("{", list(member(string(), value()), 1, kUnbounded), /*may_be_empty=*/true, "}");
}

ExprId JsonText::build_array() { return enclosed("[", list(value(), 1, kUnbounded), /*may_be_empty=*/true, "]"); }

ExprId JsonText::build_value() {
  return grammar_.choice(
      {string(), number(), object_value(), array_value(), literal("true"), literal("false"), literal("null")});
}

ExprId JsonText::build_key_rest() {
  const ExprId any = json_characters(grammar_, CodePointSet::all());
  return grammar_.sequence({grammar_.repeat(any, 0, kUnbounded), literal("\"")});
}

// The names that agree in their first `at` bytes: what leaves them here is free, and the key may end unless one does.
ExprId JsonText::other_key_from(std::span<const std::string> names, std::size_t at) {
  const bool name_ends = !names.empty() && names.front().size() == at;
  if (name_ends) names = names.subspan(1);
  std::vector<ExprId> ways;
  if (!name_ends) ways.push_back(literal("\""));
  std::vector<CodePointRange> next;
  while (!names.empty()) {
    const text::Utf8Step step = text::utf8_step(names.front(), at);
    const std::string begin = names.front().substr(0, at + step.length);
    std::size_t same = 1;
    while (same < names.size() && names[same].starts_with(begin)) ++same;
    next.push_back({step.code_point, step.code_point});
    ways.push_back(
        grammar_.sequence({literal(spelled(step.code_point)), other_key_from(names.first(same), at + step.length)}));
    names = names.subspan(same);
  }
  const ExprId leaves = json_characters(grammar_, CodePointSet(std::move(next)).negated());
  const ExprId rest = grammar_.reference(rule(key_rest_, "the rest of a key", &JsonText::build_key_rest));
  ways.push_back(grammar_.sequence({leaves, rest}));
  return grammar_.choice(std::move(ways));
}

ExprId JsonText::key_other_than(std::span<const std::string> names) {
  return grammar_.sequence({literal("\""), other_key_from(names, 0)});
}

ExprId JsonText::comma() { return grammar_.sequence({literal(","), space_}); }

ExprId JsonText::enclosed(const char* open, ExprId content, bool may_be_empty, const char* close) {
  ExprId inside = grammar_.sequence({content, space_});
  if (may_be_empty) inside = grammar_.optional(inside);
  return grammar_.sequence({literal(open), space_, inside, literal(close)});
}

ExprId JsonText::member(ExprId key, ExprId value) {
  return grammar_.sequence({key, literal(":"), space_after_colon(), value});
}

ExprId JsonText::list(ExprId element, std::uint32_t least, std::uint32_t most) {
  if (most == 0) return literal("");
  const std::uint32_t more = most == kUnbounded ? kUnbounded : most - 1;
  const ExprId one = grammar_.as_rule(element, "an element");
  return grammar_.sequence({one, grammar_.repeat(grammar_.sequence({comma(), one}), least == 0 ? 0 : least - 1, more)});
}

}  // namespace llmops::infer::grammar
