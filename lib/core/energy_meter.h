// Energy as the host's own counters measure it: Linux powercap (RAPL), whole processor packages and their memory.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace llmops {

/// Counts from its construction, whatever runs on the machine: the counters know packages, not processes.
class EnergyMeter {
 public:
  /// @param folder  where the kernel lists its powercap zones
  /// @param period  between two readings; a counter must not wrap twice within it (most wrap after 262 kJ)
  explicit EnergyMeter(const std::filesystem::path& folder = "/sys/class/powercap",
                       std::chrono::milliseconds period = std::chrono::seconds(60));
  ~EnergyMeter();
  EnergyMeter(const EnergyMeter&) = delete;
  EnergyMeter& operator=(const EnergyMeter&) = delete;

  /// Since construction, of all packages. None where the host has no counters or lets us not read every one of them: a
  /// sum that lacks a package would be taken for the whole.
  std::optional<double> joules();

 private:
  struct Counter {
    std::filesystem::path file;  ///< energy_uj
    std::uint64_t wraps_at = 0;  ///< microjoules
    std::uint64_t last = 0;
  };
  bool open(const std::filesystem::path& zone);
  void read_counters();
  void read_now_and_then(std::chrono::milliseconds period);

  std::mutex mutex_;  ///< over all below
  std::vector<Counter> counters_;
  std::uint64_t microjoules_ = 0;
  bool readable_ = false;
  bool ending_ = false;
  std::condition_variable end_;
  std::thread reader_;
};

}  // namespace llmops
