// Sums RAPL counters, past their wraps.
#include "core/energy_meter.h"

#include <algorithm>
#include <fstream>

namespace llmops {
namespace {

namespace fs = std::filesystem;

std::optional<std::uint64_t> read_number(const fs::path& file) {
  std::ifstream stream(file);
  std::uint64_t number = 0;
  if (!(stream >> number)) return std::nullopt;
  return number;
}

std::string read_word(const fs::path& file) {
  std::ifstream stream(file);
  std::string word;
  stream >> word;
  return word;
}

/// Packages are "intel-rapl:0", their parts "intel-rapl:0:1", on AMD too. A package's counter holds its cores but not
/// its memory; "psys" holds the package again, and so does all of "intel-rapl-mmio".
bool is_counted(const fs::path& zone) {
  const std::string folder = zone.filename().string();
  if (!folder.starts_with("intel-rapl:")) return false;
  const std::string name = read_word(zone / "name");
  return std::count(folder.begin(), folder.end(), ':') == 1 ? name.starts_with("package") : name == "dram";
}

}  // namespace

EnergyMeter::EnergyMeter(const fs::path& folder, std::chrono::milliseconds period) {
  std::error_code error;  // no folder, no energy
  readable_ = true;
  for (fs::directory_iterator zone(folder, error), end; !error && zone != end; zone.increment(error)) {
    if (is_counted(zone->path())) readable_ = readable_ && open(zone->path());
  }
  readable_ = readable_ && !counters_.empty();
  if (readable_) reader_ = std::thread([this, period] { read_now_and_then(period); });
}

EnergyMeter::~EnergyMeter() {
  if (!reader_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  end_.notify_all();
  reader_.join();
}

bool EnergyMeter::open(const fs::path& zone) {
  const auto wraps_at = read_number(zone / "max_energy_range_uj");
  const auto now = read_number(zone / "energy_uj");  // since 2020 kernels show it to root alone
  if (!wraps_at || !now) return false;
  counters_.push_back({zone / "energy_uj", *wraps_at, *now});
  return true;
}

void EnergyMeter::read_counters() {
  for (Counter& counter : counters_) {
    const auto now = read_number(counter.file);
    readable_ = readable_ && now;
    if (!readable_) return;
    microjoules_ += *now >= counter.last ? *now - counter.last
                                         : *now + (counter.wraps_at - std::min(counter.last, counter.wraps_at));
    counter.last = *now;
  }
}

void EnergyMeter::read_now_and_then(std::chrono::milliseconds period) {
  std::unique_lock lock(mutex_);
  while (!end_.wait_for(lock, period, [this] { return ending_ || !readable_; })) read_counters();
}

std::optional<double> EnergyMeter::joules() {
  const std::lock_guard lock(mutex_);
  if (readable_) read_counters();
  if (!readable_) return std::nullopt;
  return static_cast<double>(microjoules_) / 1e6;
}

}  // namespace llmops
