// A trial as a process of its own: its memory is its own figure, and one that the system kills takes nothing with it.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace llmops::sweep {

struct TrialProcess {
  std::vector<std::string> arguments;                            ///< of this same program, its name included
  std::vector<std::pair<std::string, std::string>> environment;  ///< set; an empty value unsets
  std::filesystem::path output, log;  ///< standard output replaces the one, standard error is added to the other
};

/// Runs this program again. Its end is that of the child, too, however it comes; when cancelled, the child is told to
/// save and waited for.
/// @param while_running  called a few times a second
/// @returns the exit code, 128 + signal when killed
/// @throws SystemError
int run_trial_process(const TrialProcess& process, const std::function<void()>& while_running);

}  // namespace llmops::sweep
