#include "core/cancel.h"

#include <unistd.h>

#include <atomic>
#include <csignal>

#include "core/error.h"

namespace llmops {
namespace {

std::atomic<bool> g_cancelled{false};
static_assert(std::atomic<bool>::is_always_lock_free, "the signal handler stores into it");

void on_signal(int number) {
  if (number == SIGINT && g_cancelled.load()) ::_exit(130);
  g_cancelled.store(true);
}

}  // namespace

void install_signal_handlers() {
  struct sigaction action{};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

void request_cancel() { g_cancelled.store(true); }
bool cancel_requested() { return g_cancelled.load(); }
void clear_cancel() { g_cancelled.store(false); }

void throw_if_cancelled() {
  if (cancel_requested()) throw Interrupted();
}

}  // namespace llmops
