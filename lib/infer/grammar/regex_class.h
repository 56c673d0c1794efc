// The parts of a pattern that stand for one character: escapes and classes in brackets.
#pragma once

#include "infer/grammar/code_points.h"
#include "infer/grammar/source_text.h"

namespace llmops::infer::grammar {

/// What follows a backslash, which has been taken.
/// @param in_brackets  "\b" is a backspace
/// @throws InputError  for an escape that is not one character of a set
CodePointSet take_escape(SourceText& text, bool in_brackets);

/// What follows "[", which has been taken, up to and with "]". A first "]" is a character. @throws InputError
CodePointSet take_brackets(SourceText& text);

}  // namespace llmops::infer::grammar
