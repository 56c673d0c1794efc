// The kinds in which users write a grammar, and the one form they are read into.
#pragma once

#include <string>
#include <string_view>

#include "infer/grammar/grammar.h"

namespace llmops::infer::grammar {

struct GrammarSource {
  enum class Kind {
    kJsonObject,  ///< any JSON object; `text` is not used
    kJsonSchema,
    kRegex,  ///< of the whole text
    kGbnf,   ///< llama.cpp's notation
  };
  /// Where white space may stand in a JSON document.
  enum class WhiteSpace {
    kFlexible,  ///< after "{[,:" and before "]}", little of it: docs/formats/grammar.md
    kNone,
  };
  Kind kind = Kind::kJsonObject;
  std::string text;
  WhiteSpace white_space = WhiteSpace::kFlexible;

  bool operator==(const GrammarSource&) const = default;
};

/// @throws InputError  naming the place: JSON pointer, column, or line and column
Grammar read_grammar(const GrammarSource& source);

/// What read_grammar() calls. All set the grammar's root.
Grammar read_json_schema(std::string_view text, GrammarSource::WhiteSpace white_space);
Grammar read_json_object(GrammarSource::WhiteSpace white_space);
Grammar read_regex(std::string_view pattern);
Grammar read_gbnf(std::string_view text);

}  // namespace llmops::infer::grammar
