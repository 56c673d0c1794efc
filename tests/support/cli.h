// Runs the real binary as a user would: its own process, working folder and environment.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace llmops::test {

struct CliResult {
  int exit_code = 0;  ///< 128 + signal when killed
  std::string out, err;
};

struct CliOptions {
  std::filesystem::path working_directory;                       ///< empty: the current one
  std::vector<std::pair<std::string, std::string>> environment;  ///< added to this process's
  std::string input;                                             ///< standard input
  int kill_after_ms = 0;                                         ///< 0: never; else `kill_signal` then
  int kill_signal = 9;
};

CliResult run_llmops(const std::vector<std::string>& arguments, const CliOptions& options = {});

/// tests/golden/NAME of the source tree.
std::filesystem::path golden(const std::string& name);

}  // namespace llmops::test
