// Starts a child and waits for it.
#include "sweep/trial_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>

#include "core/cancel.h"
#include "core/error.h"

extern char** environ;

namespace llmops::sweep {
namespace {

int open_file(const std::filesystem::path& path, int flags) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0644);
  if (descriptor < 0) throw SystemError(fmt::format("cannot write '{}': {}", path.string(), std::strerror(errno)));
  return descriptor;
}

std::vector<std::string> environment_of(const TrialProcess& process) {
  std::vector<std::string> entries;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::string name = text.substr(0, text.find('='));
    const bool replaced = std::any_of(process.environment.begin(), process.environment.end(),
                                      [&](const auto& pair) { return pair.first == name; });
    if (!replaced) entries.push_back(text);
  }
  for (const auto& [name, value] : process.environment) {
    if (!value.empty()) entries.push_back(fmt::format("{}={}", name, value));
  }
  return entries;
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> list;
  list.reserve(texts.size() + 1);
  for (const std::string& text : texts) list.push_back(const_cast<char*>(text.c_str()));
  list.push_back(nullptr);
  return list;
}

/// Between fork and exec only what a signal handler may do.
[[noreturn]] void become(const std::vector<char*>& arguments, const std::vector<char*>& environment, int output,
                         int log, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);  // it died before the line above
  const int nothing = ::open("/dev/null", O_RDONLY);
  if (nothing >= 0 && ::dup2(nothing, STDIN_FILENO) >= 0 && ::dup2(output, STDOUT_FILENO) >= 0 &&
      ::dup2(log, STDERR_FILENO) >= 0) {
    ::execve("/proc/self/exe", arguments.data(), environment.data());
  }
  ::_exit(127);
}

int wait_for(pid_t child, const std::function<void()>& while_running) {
  bool told = false;
  int status = 0;
  while (true) {
    const pid_t ended = ::waitpid(child, &status, WNOHANG);
    if (ended == child) return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (ended < 0 && errno != EINTR) throw SystemError(fmt::format("lost a trial: {}", std::strerror(errno)));
    if (cancel_requested() && !told) {
      ::kill(child, SIGTERM);  // Ctrl-C reaches it by itself; this is for those who signal this process alone
      told = true;
    }
    while_running();
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

}  // namespace

int run_trial_process(const TrialProcess& process, const std::function<void()>& while_running) {
  const std::vector<std::string> entries = environment_of(process);
  const std::vector<char*> arguments = pointers(process.arguments), environment = pointers(entries);
  const int output = open_file(process.output, O_TRUNC);
  const int log = open_file(process.log, O_APPEND);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) become(arguments, environment, output, log, parent);
  ::close(output);
  ::close(log);
  if (child < 0) throw SystemError(fmt::format("cannot start a trial: {}", std::strerror(errno)));
  return wait_for(child, while_running);
}

}  // namespace llmops::sweep
