// Text generated from the table of commands: the manual page and shell completions.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace llmops::apps {

/// roff, for `man`.
std::string manual_page(const CLI::App& root);

/// @param shell  "bash", "zsh" or "fish"
std::string completion_script(const CLI::App& root, const std::string& shell);

}  // namespace llmops::apps
