// Regular expressions to grammar expressions: what has a meaning for a whole text and no more.
#include "infer/grammar/regex_parser.h"

#include <fmt/format.h>

#include "infer/grammar/grammar_source.h"
#include "infer/grammar/json_text.h"
#include "infer/grammar/limits.h"
#include "infer/grammar/regex_class.h"
#include "infer/grammar/source_text.h"

namespace llmops::infer::grammar {
namespace {

class RegexParser {
 public:
  RegexParser(Grammar& grammar, std::string_view pattern, const RegexOptions& options)
      : grammar_(grammar), text_(pattern, options.name), options_(options) {}

  ExprId parse() {
    const ExprId all = alternatives(0);
    if (!text_.at_end()) text_.fail("')' without '('");
    return all;
  }

 private:
  ExprId alternatives(std::size_t depth) {
    if (depth > kMaxNesting) text_.fail(fmt::format("groups are nested more than {} deep", kMaxNesting));
    std::vector<ExprId> ways = {alternative(depth)};
    while (text_.take_if("|")) ways.push_back(alternative(depth));
    return grammar_.choice(std::move(ways));
  }

  ExprId alternative(std::size_t depth) {
    std::vector<ExprId> parts;
    const bool from_begin = depth == 0 && text_.take_if("^");
    bool to_end = false;
    while (!text_.at_end() && !text_.looking_at("|") && !text_.looking_at(")")) {
      const std::size_t at = text_.at();
      if (depth == 0 && text_.take_if("$")) {
        if (!text_.at_end() && !text_.looking_at("|")) text_.fail(at, "'$' is not supported inside of a pattern");
        to_end = true;
      } else {
        parts.push_back(repeated(depth));
      }
    }
    if (options_.search && !from_begin) parts.insert(parts.begin(), anything());
    if (options_.search && !to_end) parts.push_back(anything());
    return parts.empty() ? grammar_.literal("") : grammar_.sequence(std::move(parts));
  }

  ExprId repeated(std::size_t depth) {
    const ExprId part = atom(depth);
    const std::size_t at = text_.at();
    RepeatCounts counts;
    if (!take_repeat(text_, counts)) return part;
    if (text_.looking_at("+")) text_.fail(at, "possessive repetition is not supported");
    text_.take_if("?");  // lazy: the same texts match
    const std::size_t behind = text_.at();
    RepeatCounts more;
    if (take_repeat(text_, more)) {
      text_.fail(behind, "nothing to repeat", "put what is repeated in a group: (?:...)");
    }
    return grammar_.repeat(part, counts.least, counts.most);
  }

  ExprId atom(std::size_t depth) {
    const std::size_t at = text_.at();
    RepeatCounts counts;
    if (take_repeat(text_, counts)) text_.fail(at, "nothing to repeat");
    const char32_t c = text_.take();
    switch (c) {
      case '(': return group(depth, at);
      case '[': return characters(take_brackets(text_));
      case '\\':
        if (text_.looking_at("A") || text_.looking_at("z") || text_.looking_at("Z")) {
          text_.fail(at, "'\\A' and '\\z' are not supported", "write ^ and $ at the ends of the pattern");
        }
        return characters(take_escape(text_, /*in_brackets=*/false));
      case '.': return characters(CodePointSet({{'\n', '\n'}}).negated());
      case '^':
      case '$':
        text_.fail(at, fmt::format("'{}' is not supported inside of a pattern", static_cast<char>(c)),
                   "anchors stand at the ends of the pattern, or of an alternative outside of groups");
      default: return characters(CodePointSet({{c, c}}));
    }
  }

  ExprId group(std::size_t depth, std::size_t at) {
    if (text_.take_if("?")) take_group_kind(at);
    const ExprId inside = alternatives(depth + 1);
    if (!text_.take_if(")")) text_.fail(at, "'(' without ')'");
    return inside;
  }

  // "?" has been taken. Names of groups mean nothing here.
  void take_group_kind(std::size_t at) {
    if (text_.take_if(":")) return;
    for (const auto* look : {"<=", "<!", "=", "!"}) {
      if (text_.looking_at(look)) text_.fail(at, fmt::format("lookaround '(?{}' is not supported", look));
    }
    if (text_.take_if("P<") || text_.take_if("<")) {
      while (!text_.at_end() && !text_.looking_at(">")) text_.take();
      if (text_.take_if(">")) return;
    }
    text_.fail(at, fmt::format("group '(?{}' is not supported", text_.between(text_.at(), text_.at() + 1)),
               "groups are (...), (?:...) and (?<name>...)");
  }

  ExprId characters(const CodePointSet& set) {
    return options_.in_json ? json_characters(grammar_, set) : grammar_.character(set);
  }
  ExprId anything() { return grammar_.repeat(characters(CodePointSet::all()), 0, kUnbounded); }

  Grammar& grammar_;
  SourceText text_;
  const RegexOptions& options_;
};

}  // namespace

ExprId add_regex(Grammar& grammar, std::string_view pattern, const RegexOptions& options) {
  return RegexParser(grammar, pattern, options).parse();
}

Grammar read_regex(std::string_view pattern) {
  Grammar grammar;
  grammar.root = grammar.declare("the expression");
  grammar.define(grammar.root, add_regex(grammar, pattern));
  return grammar;
}

}  // namespace llmops::infer::grammar
