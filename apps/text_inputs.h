// Whole texts as a command's input: files, or standard input.
#pragma once

#include <string>
#include <vector>

#include "text/tokenize_report.h"

namespace llmops::apps {

/// Says that it waits for input, where that is a terminal.
void announce_terminal();

/// @throws SystemError
std::string read_stdin();

/// @param names  files; "-" is standard input
/// @throws NotFoundError, SystemError
std::vector<text::NamedText> read_texts(const std::vector<std::string>& names);

}  // namespace llmops::apps
