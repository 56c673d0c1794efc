// Runs the editor on a file in a folder of its own.
#include "core/editor.h"

#include <fmt/format.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "core/error.h"
#include "core/files.h"

extern char** environ;

namespace llmops {
namespace {

std::string editor_command() {
  for (const char* name : {"VISUAL", "EDITOR"}) {
    if (const char* command = std::getenv(name); command != nullptr && *command != '\0') return command;
  }
  return "vi";
}

/// The keys for it belong to the editor as long as it runs.
class IgnoredSignals {
 public:
  IgnoredSignals() : interrupt_(std::signal(SIGINT, SIG_IGN)), quit_(std::signal(SIGQUIT, SIG_IGN)) {}
  ~IgnoredSignals() {
    std::signal(SIGINT, interrupt_);
    std::signal(SIGQUIT, quit_);
  }
  IgnoredSignals(const IgnoredSignals&) = delete;
  IgnoredSignals& operator=(const IgnoredSignals&) = delete;

 private:
  void (*interrupt_)(int);
  void (*quit_)(int);
};

/// Through a shell, because people write "code --wait"; the file is an argument and never part of the command.
int run_editor(const std::string& command, const fs::path& file) {
  const std::string script = command + " \"$1\"";
  const std::string name = file.string();
  const char* argv[] = {"sh", "-c", script.c_str(), "sh", name.c_str(), nullptr};
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGINT);
  sigaddset(&defaults, SIGQUIT);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  pid_t child = 0;
  const int failure = ::posix_spawnp(&child, "sh", nullptr, &attributes, const_cast<char**>(argv), environ);
  posix_spawnattr_destroy(&attributes);
  if (failure != 0) throw NotFoundError(fmt::format("cannot start '{}': {}", command, std::strerror(failure)));
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

std::string edit_text(const std::string& text, const std::string& name) {
  std::string folder = (fs::temp_directory_path() / "llmops-edit-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) {
    throw SystemError(fmt::format("cannot create a folder in '{}'", fs::temp_directory_path().string()));
  }
  const fs::path file = fs::path(folder) / name;
  const bool ended = text.ends_with('\n');
  write_file_atomic(file, ended ? text : text + "\n");
  const std::string command = editor_command();
  int status = 0;
  {
    const IgnoredSignals ignored;
    status = run_editor(command, file);
  }
  constexpr int kNotFound = 127;
  std::error_code error;
  if (status == kNotFound) {
    fs::remove_all(folder, error);
    throw NotFoundError(fmt::format("the editor '{}' is not there", command), "set EDITOR, e.g. EDITOR=nano");
  }
  if (status != 0) {
    throw SystemError(fmt::format("'{}' ended with status {}; the text is in '{}'", command, status, file.string()));
  }
  std::string edited = read_file(file);
  fs::remove_all(folder, error);
  if (!ended && edited.ends_with('\n')) edited.pop_back();
  return edited;
}

}  // namespace llmops
