#include "support/cli.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "support/temporary_directory.h"

namespace llmops::test {
namespace {

std::string slurp(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

void redirect(const std::filesystem::path& path, int flags, int target) {
  const int descriptor = ::open(path.c_str(), flags, 0600);
  ::dup2(descriptor, target);
  ::close(descriptor);
}

[[noreturn]] void become_llmops(const std::vector<std::string>& arguments, const CliOptions& options,
                                const std::filesystem::path& files) {
  redirect(files / "in", O_RDONLY, 0);
  redirect(files / "out", O_WRONLY | O_CREAT | O_TRUNC, 1);
  redirect(files / "err", O_WRONLY | O_CREAT | O_TRUNC, 2);
  if (!options.working_directory.empty() && ::chdir(options.working_directory.c_str()) != 0) ::_exit(127);
  ::unsetenv("LLMOPS_REGISTRY");
  ::setenv("COLUMNS", "80", 1);
  for (const auto& [name, value] : options.environment) ::setenv(name.c_str(), value.c_str(), 1);
  std::vector<std::string> words{LLMOPS_BINARY_DIR "/llmops"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::execv(argv[0], argv.data());
  ::_exit(127);
}

}  // namespace

CliResult run_llmops(const std::vector<std::string>& arguments, const CliOptions& options) {
  const TemporaryDirectory files;
  std::ofstream(files.path() / "in", std::ios::binary) << options.input;
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("fork failed");
  if (child == 0) become_llmops(arguments, options, files.path());
  if (options.kill_after_ms > 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(options.kill_after_ms));
    ::kill(child, options.kill_signal);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  CliResult result;
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  result.out = slurp(files.path() / "out");
  result.err = slurp(files.path() / "err");
  return result;
}

std::filesystem::path golden(const std::string& name) {
  return std::filesystem::path(LLMOPS_SOURCE_DIR) / "tests" / "golden" / name;
}

}  // namespace llmops::test
