#include "core/log.h"

#include <atomic>
#include <cstdio>

namespace llmops {
namespace {

std::atomic<LogLevel> g_level{LogLevel::kNormal};

void write_line(const std::string& line) {
  const std::string whole = line + "\n";  // one write, so that lines of two threads never mix
  std::fwrite(whole.data(), 1, whole.size(), stderr);
}

}  // namespace

void set_log_level(LogLevel level) { g_level = level; }
LogLevel log_level() { return g_level; }

void log_info(const std::string& message) {
  if (g_level.load() != LogLevel::kQuiet) write_line(message);
}

void log_warning(const std::string& message) { write_line("warning: " + message); }

void log_debug(const std::string& message) {
  if (g_level.load() == LogLevel::kVerbose) write_line(message);
}

}  // namespace llmops
