// Progress of long work: a bar with rate and time left on a terminal, a line a minute elsewhere, nothing when quiet.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace llmops {

/// Libraries take a `Progress&` and never print. This base is silent.
class Progress {
 public:
  virtual ~Progress();
  /// @param total  in `unit`s; 0 when unknown
  virtual void start(const std::string& label, std::uint64_t total, const std::string& unit);
  /// @param done  in `unit`s since start; @param note  short text shown behind the bar, e.g. "loss 1.42"
  virtual void update(std::uint64_t done, const std::string& note = "");
  virtual void finish(const std::string& note = "");
};

/// Draws on stderr: a live bar where it is a terminal (and TERM is not dumb), else one line at most every 60 s.
std::unique_ptr<Progress> make_terminal_progress(bool quiet);

}  // namespace llmops
