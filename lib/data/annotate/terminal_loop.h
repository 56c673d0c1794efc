// Annotating by single keys on a terminal, and by lines where there is none.
#pragma once

#include <functional>
#include <string>

#include "core/line_source.h"
#include "data/annotate/screen.h"
#include "data/annotate/session.h"

namespace llmops::data {

struct TerminalHooks {
  std::function<int()> read_key;                             ///< as RawTerminal::read_key()
  std::function<std::string()> read_line;                    ///< with the terminal's own editing
  std::function<std::string(const std::string& text)> edit;  ///< in the user's editor
  std::function<void(const std::string&)> write;
};

/// Until nothing is left, 'q' or the end of the input. @throws Interrupted; what the project and the hooks throw, but
/// that a failing editor is told and goes on
void run_terminal(AnnotationSession& session, const TerminalHooks& hooks, const ScreenOptions& options);

struct LineHooks {
  /// Before each record. @param text  as the terminal would show it
  std::function<void(const Json& record, const std::string& text)> show;
};

/// A line an answer (parse_answer()), or ":skip", ":flag", ":undo", ":accept", ":note TEXT", ":quit"; blank lines pass.
/// @throws InputError  naming the line, for one that is neither: going on would give every answer after it to the wrong
/// record. Those before it are kept.
void run_lines(AnnotationSession& session, LineSource& lines, const LineHooks& hooks);

}  // namespace llmops::data
