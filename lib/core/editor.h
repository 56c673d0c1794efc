// A text in the editor of the user's choice.
#pragma once

#include <string>

namespace llmops {

/// Opens `text` in $VISUAL, $EDITOR or vi, and returns it as it was saved. A line end that the editor added goes.
/// @param name  of the file the editor shows, with its extension ("answer.md")
/// @throws NotFoundError  the editor does not start; SystemError  it failed: what was typed is in a file that the error
/// names
std::string edit_text(const std::string& text, const std::string& name);

}  // namespace llmops
