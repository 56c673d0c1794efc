// Energy counters as Linux lists them, in a folder of our own.
#include "core/energy_meter.h"

#include "core/files.h"
#include "core/resource_use.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace llmops;

namespace {

struct Powercap {
  test::TemporaryDirectory scratch;
  const fs::path& path() const { return scratch.path(); }

  void set(const std::string& zone, const std::string& microjoules) const {
    write_file_atomic(path() / zone / "energy_uj", microjoules + "\n");
  }
  void add(const std::string& zone, const std::string& name, const std::string& microjoules) const {
    fs::create_directories(path() / zone);
    write_file_atomic(path() / zone / "name", name + "\n");
    write_file_atomic(path() / zone / "max_energy_range_uj", "262143328850\n");
    set(zone, microjoules);
  }
};

}  // namespace

TEST_CASE("energy is the sum of packages and their memory, and of nothing twice", "[core]") {
  const Powercap host;
  host.add("intel-rapl:0", "package-0", "1000000");
  host.add("intel-rapl:0:0", "core", "5");
  host.add("intel-rapl:0:1", "dram", "100");
  host.add("intel-rapl:1", "package-1", "2000000");
  host.add("intel-rapl:2", "psys", "7");
  host.add("intel-rapl-mmio:0", "package-0", "1000000");
  fs::create_directories(host.path() / "intel-rapl");  // the controller itself lies beside its zones
  EnergyMeter meter(host.path());
  CHECK(meter.joules() == 0.0);
  host.set("intel-rapl:0", "3500000");
  host.set("intel-rapl:1", "2250000");
  host.set("intel-rapl:0:1", "500100");
  host.set("intel-rapl:0:0", "9000000");
  host.set("intel-rapl:2", "9000000");
  host.set("intel-rapl-mmio:0", "9000000");
  CHECK(meter.joules().value() == Approx(2.5 + 0.25 + 0.5));
  host.set("intel-rapl:0", "4500000");
  CHECK(meter.joules().value() == Approx(4.25));
}

TEST_CASE("a counter that wraps goes on", "[core]") {
  const Powercap host;
  host.add("intel-rapl:0", "package-0", "262143000000");
  EnergyMeter meter(host.path());
  host.set("intel-rapl:0", "1000000");
  CHECK(meter.joules().value() == Approx((328850.0 + 1e6) / 1e6));
}

TEST_CASE("counters are read between questions, lest they wrap twice", "[core]") {
  const Powercap host;
  host.add("intel-rapl:0", "package-0", "262000000000");
  EnergyMeter meter(host.path(), std::chrono::milliseconds(1));
  for (const char* value : {"100000000", "200000000000", "50000000"}) {  // two wraps
    host.set("intel-rapl:0", value);
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  CHECK(meter.joules().value() == Approx((2 * 262143328850.0 - 262000000000.0 + 50000000.0) / 1e6));
}

TEST_CASE("where a counter is missing, locked or no number, there is no energy", "[core]") {
  const Powercap host;
  CHECK_FALSE(EnergyMeter(host.path() / "none").joules());
  CHECK_FALSE(EnergyMeter(host.path()).joules());
  host.add("intel-rapl:0", "package-0", "5");
  host.add("intel-rapl:1", "package-1", "5");
  fs::remove(host.path() / "intel-rapl:1" / "energy_uj");
  CHECK_FALSE(EnergyMeter(host.path()).joules());  // half of the machine is no figure
  host.set("intel-rapl:1", "locked");
  CHECK_FALSE(EnergyMeter(host.path()).joules());
  host.set("intel-rapl:1", "5");
  EnergyMeter meter(host.path());
  CHECK(meter.joules());
  fs::remove_all(host.path() / "intel-rapl:1");  // unplugged
  CHECK_FALSE(meter.joules());
  host.add("intel-rapl:1", "package-1", "6");
  CHECK_FALSE(meter.joules());  // what it took meanwhile is unknown
}

TEST_CASE("memory in use is told, and energy reads as people count it", "[core]") {
  CHECK(resident_memory_bytes() > 1'000'000);
  CHECK(ResourceUse{1, 2, std::nullopt}.metrics().size() == 2);
  CHECK(ResourceUse{1, 2, 3.0}.metrics().back() == std::pair<std::string, double>("energy_j", 3));
  CHECK(format_energy(850.4) == "850 J");
  CHECK(format_energy(3600 * 12.34) == "12.3 Wh");
  CHECK(format_energy(3.6e6 * 1.25) == "1.25 kWh");
}
