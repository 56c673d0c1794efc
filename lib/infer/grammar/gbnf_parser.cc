// llama.cpp's notation of grammars: rules of literals, character classes, groups and repetitions.
#include <fmt/format.h>

#include <map>

#include "core/spelling.h"
#include "infer/grammar/grammar_source.h"
#include "infer/grammar/limits.h"
#include "infer/grammar/source_text.h"
#include "text/utf8.h"

namespace llmops::infer::grammar {
namespace {

bool is_name_character(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

class GbnfParser {
 public:
  explicit GbnfParser(std::string_view text) : text_(text, "gbnf") {}

  Grammar parse() {
    skip_space(/*lines=*/true);
    while (!text_.at_end()) rule();
    check_names();
    return std::move(grammar_);
  }

 private:
  struct Name {
    RuleId rule = 0;
    std::size_t first_use = 0;  // byte
    bool defined = false;
  };

  void skip_space(bool lines) {
    while (!text_.at_end()) {
      const char32_t c = text_.peek();
      if (c == '#') {
        while (!text_.at_end() && text_.peek() != '\n') text_.take();
      } else if (c == ' ' || c == '\t' || (lines && (c == '\n' || c == '\r'))) {
        text_.take();
      } else {
        return;
      }
    }
  }

  std::string take_name() {
    const std::size_t begin = text_.at();
    while (is_name_character(text_.peek())) text_.take();
    if (text_.at() == begin) text_.fail(fmt::format("expected the name of a rule, found {}", next_quoted()));
    return std::string(text_.between(begin, text_.at()));
  }

  std::string next_quoted() const { return text_.at_end() ? "the end" : quoted(text_.peek()); }

  Name& name_of(const std::string& text, std::size_t at) {
    const auto [found, is_new] = names_.try_emplace(text);
    if (is_new) found->second = {grammar_.declare(text), at, false};
    return found->second;
  }

  void rule() {
    const std::size_t at = text_.at();
    const std::string text = take_name();
    skip_space(/*lines=*/false);
    if (!text_.take_if("::=")) text_.fail(fmt::format("expected '::=' behind '{}', found {}", text, next_quoted()));
    Name& name = name_of(text, at);
    if (name.defined) text_.fail(at, fmt::format("rule '{}' is there twice", text));
    name.defined = true;
    const RuleId rule = name.rule;
    skip_space(/*lines=*/true);
    grammar_.define(rule, alternatives(0));
    const bool line_ends = text_.at_end() || text_.peek() == '\n' || text_.peek() == '\r';
    if (!line_ends) text_.fail(fmt::format("unexpected {} in rule '{}'", next_quoted(), text));
    skip_space(/*lines=*/true);
  }

  ExprId alternatives(std::size_t depth) {
    if (depth > kMaxNesting) text_.fail(fmt::format("groups are nested more than {} deep", kMaxNesting));
    std::vector<ExprId> ways = {sequence(depth)};
    while (text_.take_if("|")) {
      skip_space(/*lines=*/true);
      ways.push_back(sequence(depth));
    }
    return grammar_.choice(std::move(ways));
  }

  ExprId sequence(std::size_t depth) {
    std::vector<ExprId> parts;
    while (true) {
      const char32_t c = text_.peek();
      const bool begins = c == '"' || c == '[' || c == '(' || c == '.' || is_name_character(c);
      if (!begins) break;
      parts.push_back(repeated(element(depth), depth));
      skip_space(depth > 0);
    }
    const char32_t c = text_.peek();
    if (c == '*' || c == '+' || c == '?' || c == '{') text_.fail("nothing to repeat");
    if (c == '<' || c == '!')
      text_.fail("tokens by number or by name are not supported", "write the text of the token");
    return parts.empty() ? grammar_.literal("") : grammar_.sequence(std::move(parts));
  }

  ExprId element(std::size_t depth) {
    const std::size_t at = text_.at();
    if (text_.take_if("\"")) return literal(at);
    if (text_.take_if("[")) return character_class(at);
    if (text_.take_if(".")) return grammar_.character(CodePointSet::all());
    if (text_.take_if("(")) {
      skip_space(/*lines=*/true);
      const ExprId inside = alternatives(depth + 1);
      if (!text_.take_if(")")) text_.fail(at, "'(' without ')'");
      return inside;
    }
    return grammar_.reference(name_of(take_name(), at).rule);
  }

  ExprId repeated(ExprId part, std::size_t depth) {
    for (std::size_t times = 0; times <= kMaxNesting; ++times) {
      skip_space(depth > 0);
      const std::size_t at = text_.at();
      RepeatCounts counts;
      if (!take_repeat(text_, counts)) {
        if (text_.peek() == '{') text_.fail(at, "expected {m}, {m,} or {m,n}");
        return part;
      }
      part = grammar_.repeat(part, counts.least, counts.most);
    }
    text_.fail(fmt::format("more than {} repetitions of repetitions", kMaxNesting));
  }

  ExprId literal(std::size_t at) {
    std::string bytes;
    while (!text_.take_if("\"")) {
      if (text_.at_end() || text_.peek() == '\n') text_.fail(at, "a literal without its closing quote");
      text::append_utf8(bytes, character());
    }
    return grammar_.literal(std::move(bytes));
  }

  ExprId character_class(std::size_t at) {
    const bool negated = text_.take_if("^");
    std::vector<CodePointRange> ranges;
    while (!text_.take_if("]")) {
      if (text_.at_end() || text_.peek() == '\n') text_.fail(at, "'[' without ']'");
      const std::size_t begin = text_.at();
      const char32_t first = character();
      char32_t last = first;
      if (text_.looking_at("-") && !text_.looking_at("-]")) {
        text_.take();
        if (text_.at_end()) text_.fail(at, "'[' without ']'");
        last = character();
        if (last < first) text_.fail(begin, "the ends of a range are in the wrong order");
      }
      ranges.push_back({first, last});
    }
    const CodePointSet set(std::move(ranges));
    return grammar_.character(negated ? set.negated() : set);
  }

  char32_t character() {
    const std::size_t at = text_.at();
    const char32_t c = text_.take();
    if (c != '\\') return c;
    static constexpr std::pair<char32_t, char32_t> kEscapes[] = {{'n', '\n'},  {'r', '\r'}, {'t', '\t'},
                                                                 {'\\', '\\'}, {'"', '"'},  {'[', '['},
                                                                 {']', ']'},   {'-', '-'},  {'^', '^'}};
    const char32_t letter = text_.take();
    for (const auto& [name, value] : kEscapes) {
      if (letter == name) return value;
    }
    const int digits = letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
    if (digits == 0) text_.fail(at, fmt::format("unknown escape '\\' and {}", quoted(letter)));
    const char32_t value = text_.take_hex(digits);
    const bool valid = value <= kLastCodePoint && (value < 0xD800 || value > 0xDFFF);
    if (!valid) text_.fail(at, "the number is no Unicode character");
    return value;
  }

  void check_names() {
    std::vector<std::string> defined;
    for (const auto& [text, name] : names_) {
      if (name.defined) defined.push_back(text);
    }
    for (const auto& [text, name] : names_) {
      if (!name.defined)
        text_.fail(name.first_use, fmt::format("unknown rule '{}'", text), did_you_mean(text, defined));
    }
    const auto root = names_.find("root");
    if (root == names_.end())
      throw InputError("gbnf: no rule 'root', where a text begins", did_you_mean("root", defined));
    grammar_.root = root->second.rule;
  }

  SourceText text_;
  Grammar grammar_;
  std::map<std::string, Name> names_;
};

}  // namespace

Grammar read_gbnf(std::string_view text) { return GbnfParser(text).parse(); }

}  // namespace llmops::infer::grammar
