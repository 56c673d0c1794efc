// Raw mode by termios, and its end by signals.
#include "core/raw_terminal.h"

#include <fmt/format.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "core/cancel.h"
#include "core/error.h"

namespace llmops {
namespace {

constexpr std::array kSignals = {SIGINT, SIGTSTP, SIGHUP, SIGQUIT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

// What the signal handler needs: written before it is installed.
int g_descriptor = -1;
termios g_saved, g_raw;
volatile std::sig_atomic_t g_active = 0;
std::array<struct sigaction, kSignals.size()> g_previous;

void restore() {
  if (g_active != 0) ::tcsetattr(g_descriptor, TCSANOW, &g_saved);  // async-signal-safe
}

void on_signal(int number);

void install(int number) {
  struct sigaction action{};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, nullptr);
}

void raise_by_default(int number) {
  struct sigaction action{};
  action.sa_handler = SIG_DFL;
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, nullptr);
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, number);
  ::raise(number);
  sigprocmask(SIG_UNBLOCK, &only, nullptr);  // it is delivered here
}

void on_signal(int number) {
  const int saved_errno = errno;
  restore();
  if (number == SIGINT) {
    if (cancel_requested()) ::_exit(130);
    request_cancel();
  } else {
    raise_by_default(number);
    // Only a stop comes back from there.
    install(number);
    if (g_active != 0) ::tcsetattr(g_descriptor, TCSANOW, &g_raw);
  }
  errno = saved_errno;
}

}  // namespace

RawTerminal::RawTerminal(int descriptor) : descriptor_(descriptor) {
  if (::tcgetattr(descriptor, &g_saved) != 0) {
    throw SystemError(fmt::format("cannot read keys from this terminal: {}", std::strerror(errno)));
  }
  g_descriptor = descriptor;
  g_raw = g_saved;
  g_raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  g_raw.c_cc[VMIN] = 1;
  g_raw.c_cc[VTIME] = 0;
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    sigaction(kSignals[i], nullptr, &g_previous[i]);
    install(kSignals[i]);
  }
  resume();
}

RawTerminal::~RawTerminal() {
  suspend();
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &g_previous[i], nullptr);
}

void RawTerminal::suspend() {
  restore();
  g_active = 0;
}

void RawTerminal::resume() {
  g_active = 1;
  ::tcsetattr(descriptor_, TCSANOW, &g_raw);
}

/// -1 at the end, -2 where nothing came in time.
int RawTerminal::read_byte(int wait_ms) {
  while (true) {
    throw_if_cancelled();
    pollfd waiting{descriptor_, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, wait_ms < 0 ? 100 : wait_ms);
    if (ready == 0 && wait_ms >= 0) return -2;
    if (ready <= 0) continue;
    unsigned char byte = 0;
    const ssize_t count = ::read(descriptor_, &byte, 1);
    if (count == 1) return byte;
    if (count < 0 && errno == EINTR) continue;
    return -1;
  }
}

int RawTerminal::read_key() {
  constexpr int kEscape = 27, kControlD = 4, kSequenceMs = 30;
  const int byte = read_byte(-1);
  if (byte < 0 || byte == kControlD) return kEnd;
  if (byte == '\r') return '\n';
  if (byte == '\b') return kBackspace;
  if (byte != kEscape && byte < 0x80) return byte;
  // The rest of a character or of a sequence is no key of its own.
  if (byte != kEscape) {
    for (int rest = byte >= 0xF0 ? 3 : byte >= 0xE0 ? 2 : byte >= 0xC0 ? 1 : 0; rest > 0; --rest)
      read_byte(kSequenceMs);
    return kUnknown;
  }
  int next = read_byte(kSequenceMs);
  if (next < 0) return kEscape;
  while (next == '[' || next == 'O' || next == ';' || (next >= '0' && next <= '9')) next = read_byte(kSequenceMs);
  return kUnknown;
}

std::string RawTerminal::read_line() {
  suspend();
  std::string line;
  for (int byte = 0; (byte = read_byte(-1)) >= 0 && byte != '\n';) line += static_cast<char>(byte);
  resume();
  return line;
}

}  // namespace llmops
