// The keys of a request that say what form its answer must have.
#pragma once

#include <optional>
#include <string>

#include "core/json.h"
#include "infer/grammar/grammar_source.h"

namespace llmops::infer {

/// "response_format" as OpenAI has it ({"type": "text" | "json_object" | "json_schema", "json_schema": {"schema":
/// ...}}), and as llama.cpp's server has them "json_schema" (an object), "grammar" (GBNF) and, of our own, "regex".
///
/// @returns none where no key asks for anything
/// @throws InputError  for more than one of them, and for values of other kinds, naming the key
std::optional<grammar::GrammarSource> read_grammar_fields(const Json& request, const std::string& origin);

}  // namespace llmops::infer
