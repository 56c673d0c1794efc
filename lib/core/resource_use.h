// What a process takes of its machine, as far as the machine tells.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace llmops {

struct ResourceUse {
  std::uint64_t rss_bytes = 0;       ///< memory in use now
  std::uint64_t peak_rss_bytes = 0;  ///< and at most so far
  std::optional<double> energy_j;    ///< of the whole machine since the work began; EnergyMeter

  /// Under the names above; energy only where it is known.
  std::vector<std::pair<std::string, double>> metrics() const;
};

/// Memory of this process. 0 where the system does not tell.
std::uint64_t resident_memory_bytes();

std::string format_energy(double joules);  ///< "850 J", "12.3 Wh", "1.25 kWh"

}  // namespace llmops
