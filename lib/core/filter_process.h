// A program that is given one text and says what it thinks of it.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace llmops {

struct FilterResult {
  int exit_code = 0;       ///< 128 + signal when killed
  bool timed_out = false;  ///< and was killed for it
  std::string output;      ///< stdout, as much of it as was asked for; stderr goes where ours goes
};

/// Runs argv[0], found on PATH, with `input` as its standard input. A program that reads none of it is no error.
/// @throws NotFoundError  the program is not there; Interrupted
/// @param most_output  bytes of its stdout that are kept
FilterResult run_filter(const std::vector<std::string>& argv, const std::string& input, std::chrono::seconds timeout,
                        std::size_t most_output = std::size_t{1} << 20);

}  // namespace llmops
