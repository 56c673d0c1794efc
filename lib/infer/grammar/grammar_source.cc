// The kinds in which users write a grammar, and the one form they are read into.
#include "infer/grammar/grammar_source.h"

#include <fmt/format.h>

#include "infer/grammar/limits.h"

namespace llmops::infer::grammar {

Grammar read_grammar(const GrammarSource& source) {
  if (source.text.size() > kMaxSourceBytes) {
    throw InputError(
        fmt::format("grammar: its text has {} bytes, more than the {} allowed", source.text.size(), kMaxSourceBytes));
  }
  switch (source.kind) {
    case GrammarSource::Kind::kJsonObject: return read_json_object(source.white_space);
    case GrammarSource::Kind::kJsonSchema: return read_json_schema(source.text, source.white_space);
    case GrammarSource::Kind::kRegex: return read_regex(source.text);
    case GrammarSource::Kind::kGbnf: break;
  }
  return read_gbnf(source.text);
}

}  // namespace llmops::infer::grammar
