#include "core/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace llmops {
namespace {

bool is_dumb() {
  const char* term = std::getenv("TERM");
  return term != nullptr && std::string_view(term) == "dumb";
}

/// Ranges that East Asian Width calls wide, coarsely: CJK, Hangul, full-width forms, emoji.
bool is_wide(std::uint32_t c) {
  return (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) || (c >= 0xac00 && c <= 0xd7a3) ||
         (c >= 0xf900 && c <= 0xfaff) || (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
         (c >= 0x1f300 && c <= 0x1faff) || (c >= 0x20000 && c <= 0x3fffd);
}

bool is_combining(std::uint32_t c) { return (c >= 0x300 && c <= 0x36f) || c == 0x200b || c == 0x200d || c == 0xfe0f; }

const char* escape_of(Colour colour) {
  switch (colour) {
    case Colour::kBold: return "\033[1m";
    case Colour::kDim: return "\033[2m";
    case Colour::kRed: return "\033[31m";
    case Colour::kGreen: return "\033[32m";
    case Colour::kYellow: return "\033[33m";
    case Colour::kCyan: return "\033[36m";
  }
  return "";
}

}  // namespace

bool stdout_is_terminal() { return ::isatty(STDOUT_FILENO) == 1; }
bool stderr_is_terminal() { return ::isatty(STDERR_FILENO) == 1 && !is_dumb(); }

int terminal_width() {
  int width = 0;
  if (const char* columns = std::getenv("COLUMNS")) width = std::atoi(columns);
  if (width <= 0) {
    winsize size{};
    for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO}) {
      if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        width = size.ws_col;
        break;
      }
    }
  }
  return width <= 0 ? 80 : std::max(width, 20);
}

bool colour_enabled() {
  const char* no_colour = std::getenv("NO_COLOR");
  return (no_colour == nullptr || *no_colour == '\0') && stdout_is_terminal() && !is_dumb();
}

std::string paint(Colour colour, std::string_view text) {
  if (!colour_enabled()) return std::string(text);
  return std::string(escape_of(colour)) + std::string(text) + "\033[0m";
}

int display_width(std::string_view text) {
  int width = 0;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead == 0x1b) {  // a colour escape ends with 'm'
      const std::size_t end = text.find('m', i);
      i = end == std::string_view::npos ? text.size() : end + 1;
      continue;
    }
    const int bytes = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    std::uint32_t code = bytes == 1 ? lead : lead & (0xff >> (bytes + 1));
    for (int k = 1; k < bytes && i + k < text.size(); ++k)
      code = code << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3f);
    width += is_combining(code) ? 0 : is_wide(code) ? 2 : 1;
    i += static_cast<std::size_t>(bytes);
  }
  return width;
}

}  // namespace llmops
