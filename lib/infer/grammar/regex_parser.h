// Regular expressions to grammar expressions: what has a meaning for a whole text and no more.
#pragma once

#include <string>
#include <string_view>

#include "infer/grammar/grammar.h"

namespace llmops::infer::grammar {

struct RegexOptions {
  std::string name = "regex";  ///< what errors call the pattern
  bool in_json = false;        ///< the text stands in a JSON string: its characters are escaped where they must be
  bool search = false;         ///< may match a part of the text, as "pattern" of a schema does; else the whole
};

/// Literals, ".", classes, groups, alternatives, quantifiers, escapes, \p{category}; ^ and $ only where they change
/// nothing, at the ends of an alternative that is not in a group.
/// @throws InputError  with the column, for what is malformed or has no place here: lookaround, references, \b, flags
ExprId add_regex(Grammar& grammar, std::string_view pattern, const RegexOptions& options = {});

}  // namespace llmops::infer::grammar
