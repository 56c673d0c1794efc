// Running another program without a shell, and facts about this process and machine.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace llmops {

struct ProcessResult {
  int exit_code = 0;   ///< 128 + signal when killed
  std::string output;  ///< stdout and stderr together, at most the last MiB
};

/// Looks argv[0] up on PATH; no shell ever sees the arguments. Ends the child when cancelled.
/// @throws NotFoundError  when the program is not there
ProcessResult run_process(const std::vector<std::string>& argv);

std::uint64_t peak_memory_bytes();  ///< highest resident size of this process so far
int available_processors();
std::string host_name();
std::string cpu_model();

}  // namespace llmops
