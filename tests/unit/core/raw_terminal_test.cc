// A terminal is itself again after whatever ends the program.
#include "core/raw_terminal.h"

#include <fcntl.h>
#include <pty.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <functional>

#include "core/cancel.h"
#include "core/error.h"
#include "support/catch.h"

namespace llmops {
namespace {

struct Terminal {
  Terminal() {
    REQUIRE(::openpty(&master, &slave, nullptr, nullptr, nullptr) == 0);
    REQUIRE(::tcgetattr(slave, &before) == 0);
  }
  ~Terminal() {
    ::close(master);
    ::close(slave);
  }
  bool is_raw() const {
    termios now{};
    ::tcgetattr(slave, &now);
    return (now.c_lflag & ICANON) == 0;
  }
  bool is_as_before() const {
    termios now{};
    ::tcgetattr(slave, &now);
    return now.c_lflag == before.c_lflag && now.c_iflag == before.c_iflag;
  }
  void type(const std::string& keys) const {
    REQUIRE(::write(master, keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()));
  }
  int master = -1, slave = -1;
  termios before{};
};

/// The status of a child that does this with the terminal raw.
int status_of_child(const Terminal& terminal, const std::function<void(RawTerminal&)>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    for (const int number : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL}) std::signal(number, SIG_DFL);
    RawTerminal raw(terminal.slave);
    if (!terminal.is_raw()) ::_exit(99);
    work(raw);
    ::_exit(98);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

}  // namespace

TEST_CASE("keys come one by one, and the terminal is restored", "[core]") {
  const Terminal terminal;
  {
    RawTerminal raw(terminal.slave);
    CHECK(terminal.is_raw());
    terminal.type(
        "a\r\x7f\x1b[A"
        "\xc3\xa9"
        "b");
    CHECK(raw.read_key() == 'a');
    CHECK(raw.read_key() == '\n');
    CHECK(raw.read_key() == RawTerminal::kBackspace);
    CHECK(raw.read_key() == RawTerminal::kUnknown);  // an arrow
    CHECK(raw.read_key() == RawTerminal::kUnknown);  // é
    CHECK(raw.read_key() == 'b');
    terminal.type("\x04");
    CHECK(raw.read_key() == RawTerminal::kEnd);
    raw.suspend();
    CHECK(terminal.is_as_before());
    raw.resume();
    terminal.type("a note\n");
    CHECK(raw.read_line() == "a note");
    CHECK(terminal.is_raw());
  }
  CHECK(terminal.is_as_before());
}

TEST_CASE("signals that end the program restore the terminal first", "[core]") {
  for (const int number : {SIGSEGV, SIGABRT, SIGHUP, SIGQUIT, SIGFPE}) {
    INFO(number);
    const Terminal terminal;
    const int status = status_of_child(terminal, [number](RawTerminal&) { ::raise(number); });
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == number);
    CHECK(terminal.is_as_before());
  }
}

TEST_CASE("Ctrl-C restores the terminal and cancels, a second one ends", "[core]") {
  const Terminal terminal;
  const int cancelled = status_of_child(terminal, [&](RawTerminal& raw) {
    ::raise(SIGINT);
    if (!terminal.is_as_before()) ::_exit(1);
    try {
      raw.read_key();
    } catch (const Interrupted&) {
      ::_exit(7);
    }
  });
  CHECK(WEXITSTATUS(cancelled) == 7);
  const int ended = status_of_child(terminal, [](RawTerminal&) {
    ::raise(SIGINT);
    ::raise(SIGINT);
  });
  CHECK(WEXITSTATUS(ended) == 130);
  CHECK(terminal.is_as_before());
}

TEST_CASE("Ctrl-Z stops with the terminal restored and goes on raw", "[core]") {
  const Terminal terminal;
  const pid_t child = ::fork();
  if (child == 0) {
    ::setpgid(0, 0);
    const RawTerminal raw(terminal.slave);
    ::kill(::getpid(), SIGTSTP);
    ::_exit(terminal.is_raw() ? 5 : 6);
  }
  int status = 0;
  ::waitpid(child, &status, WUNTRACED);
  if (WIFSTOPPED(status)) {  // a process group without a parent in its session is never stopped
    CHECK(terminal.is_as_before());
    ::kill(child, SIGCONT);
    ::waitpid(child, &status, 0);
  }
  CHECK(WEXITSTATUS(status) == 5);
}

}  // namespace llmops
