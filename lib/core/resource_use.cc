#include "core/resource_use.h"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>

#include "core/units.h"

namespace llmops {

std::vector<std::pair<std::string, double>> ResourceUse::metrics() const {
  std::vector<std::pair<std::string, double>> all = {{"rss_bytes", static_cast<double>(rss_bytes)},
                                                     {"peak_rss_bytes", static_cast<double>(peak_rss_bytes)}};
  if (energy_j) all.emplace_back("energy_j", *energy_j);
  return all;
}

std::uint64_t resident_memory_bytes() {
  std::ifstream file("/proc/self/statm");  // pages: all of the address space, then those in memory
  std::uint64_t all = 0, resident = 0;
  if (!(file >> all >> resident)) return 0;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::string format_energy(double joules) {
  constexpr double kWattHour = 3600;  // joules
  if (joules < kWattHour) return format_number(joules, 3) + " J";
  const double watt_hours = joules / kWattHour;
  if (watt_hours < 1000) return format_number(watt_hours, 3) + " Wh";
  return format_number(watt_hours / 1000, 3) + " kWh";
}

}  // namespace llmops
