// What the terminal can do: width, colour, whether it is one at all.
#pragma once

#include <string>
#include <string_view>

namespace llmops {

bool stdout_is_terminal();
bool stderr_is_terminal();

/// Columns of the terminal: COLUMNS, else the window's size, else 80; at least 20.
int terminal_width();

/// False with NO_COLOR, TERM=dumb, or when stdout is not a terminal.
bool colour_enabled();

enum class Colour { kBold, kDim, kRed, kGreen, kYellow, kCyan };
/// `text` in colour where colour is enabled, else `text` itself.
std::string paint(Colour colour, std::string_view text);

/// Columns that `text` takes on a terminal: code points, wide East Asian ones counted twice, escapes not at all.
int display_width(std::string_view text);

}  // namespace llmops
