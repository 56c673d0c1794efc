// Feeds and drains a child at the same time, so that neither waits for the other for ever.
#include "core/filter_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>

#include "core/cancel.h"
#include "core/error.h"

extern char** environ;

namespace llmops {
namespace {

struct Pipe {
  Pipe() {
    if (::pipe2(ends, O_CLOEXEC) != 0) throw SystemError(fmt::format("cannot make a pipe: {}", std::strerror(errno)));
  }
  ~Pipe() {
    close(0);
    close(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close(int end) {
    if (ends[end] >= 0) ::close(ends[end]);
    ends[end] = -1;
  }
  int ends[2];
};

pid_t start(const std::vector<std::string>& argv, const Pipe& in, const Pipe& out) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.ends[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.ends[1], STDOUT_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);  // which we ignore
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setpgroup(&attributes, 0);  // so that what it starts ends with it
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  std::vector<char*> arguments;
  arguments.reserve(argv.size() + 1);
  for (const std::string& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int failure = ::posix_spawnp(&child, arguments[0], &actions, &attributes, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (failure != 0) throw NotFoundError(fmt::format("cannot start '{}': {}", argv[0], std::strerror(failure)));
  return child;
}

/// As write(), but that a reader who has left is an error and no signal, whatever the program does about SIGPIPE.
ssize_t write_without_signal(int descriptor, std::string_view bytes) {
  sigset_t pipe, before;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &pipe, &before);
  const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
  const int reason = errno;
  const timespec at_once{};
  if (count < 0 && reason == EPIPE) ::sigtimedwait(&pipe, nullptr, &at_once);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = reason;
  return count;
}

/// Writes what the pipe takes. @returns whether there is more to write
bool feed(Pipe& in, std::string_view& left) {
  const ssize_t count = write_without_signal(in.ends[1], left);
  if (count > 0) left.remove_prefix(static_cast<std::size_t>(count));
  const bool over = left.empty() || (count < 0 && errno != EINTR && errno != EAGAIN);  // it may not want to read
  if (over) in.close(1);
  return !over;
}

/// @returns false at the end
bool drain(const Pipe& out, std::string& output, std::size_t most) {
  char block[1 << 14];
  const ssize_t count = ::read(out.ends[0], block, sizeof block);
  if (count < 0 && (errno == EINTR || errno == EAGAIN)) return true;
  if (count <= 0) return false;
  output.append(block, std::min(static_cast<std::size_t>(count), most - std::min(most, output.size())));
  return true;
}

}  // namespace

FilterResult run_filter(const std::vector<std::string>& argv, const std::string& input, std::chrono::seconds timeout,
                        std::size_t most_output) {
  Pipe in, out;
  ::fcntl(in.ends[1], F_SETFL, O_NONBLOCK);
  const pid_t child = start(argv, in, out);
  in.close(0);
  out.close(1);
  FilterResult result;
  std::string_view left = input;
  const auto end = std::chrono::steady_clock::now() + timeout;
  for (bool open = true; open;) {
    pollfd waiting[] = {{out.ends[0], POLLIN, 0}, {in.ends[1], POLLOUT, 0}};
    const int ready = ::poll(waiting, in.ends[1] < 0 ? 1 : 2, 50);
    result.timed_out = std::chrono::steady_clock::now() > end;
    if (result.timed_out || cancel_requested()) {
      ::kill(-child, SIGKILL);
      break;
    }
    if (ready <= 0) continue;
    if (in.ends[1] >= 0 && waiting[1].revents != 0) feed(in, left);
    if (waiting[0].revents != 0) open = drain(out, result.output, most_output);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  throw_if_cancelled();
  return result;
}

}  // namespace llmops
