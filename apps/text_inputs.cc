// Whole texts as a command's input: files, or standard input.
#include "apps/text_inputs.h"

#include <unistd.h>

#include <cstdio>

#include "core/error.h"
#include "core/files.h"
#include "core/log.h"

namespace llmops::apps {

void announce_terminal() {
  if (::isatty(STDIN_FILENO) != 0) log_info("reading from the terminal; Ctrl-D ends the input");
}

std::string read_stdin() {
  announce_terminal();
  std::string text;
  char buffer[1 << 16];
  for (std::size_t count = 0; (count = std::fread(buffer, 1, sizeof(buffer), stdin)) > 0;) text.append(buffer, count);
  if (std::ferror(stdin) != 0) throw SystemError("cannot read standard input");
  return text;
}

std::vector<text::NamedText> read_texts(const std::vector<std::string>& names) {
  std::vector<text::NamedText> texts;
  for (const std::string& name : names) {
    texts.push_back(name == "-" ? text::NamedText{"stdin", read_stdin()} : text::NamedText{name, read_file(name)});
  }
  return texts;
}

}  // namespace llmops::apps
