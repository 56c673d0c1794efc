#include "train/launch.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>

#include "core/error.h"

namespace llmops::train {
namespace {

constexpr const char* kHint = "start the job with torchrun, or set RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT";

class Variables {
 public:
  explicit Variables(const Environment& environment) : environment_(environment) {}

  std::string text(const std::string& name) const { return environment_(name); }

  /// The first of two variables that is set.
  int number(const std::string& name, const std::string& other, int missing) const {
    const std::string& used = text(name).empty() && !other.empty() ? other : name;
    const std::string value = text(used);
    if (value.empty()) return missing;
    int number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size() || number < 0) {
      throw UsageError(fmt::format("environment variable {} is '{}', not a number", used, value), kHint);
    }
    return number;
  }

 private:
  const Environment& environment_;
};

void check(const Launch& launch, const Variables& variables) {
  if (launch.size < 1 || launch.rank >= launch.size) {
    throw UsageError(fmt::format("rank {} is outside a job of {}", launch.rank, launch.size), kHint);
  }
  if (launch.local_size < 1 || launch.local_rank >= launch.local_size || launch.local_size > launch.size) {
    throw UsageError(fmt::format("local rank {} of {} does not fit into a job of {}", launch.local_rank,
                                 launch.local_size, launch.size),
                     "LOCAL_RANK and LOCAL_WORLD_SIZE count the processes of one machine");
  }
  if (launch.alone()) return;
  if (variables.text("MASTER_ADDR").empty()) {
    throw UsageError(fmt::format("{}: environment variable MASTER_ADDR is not set", launch.name()), kHint);
  }
  if (launch.port < 1 || launch.port > 65535) {
    throw UsageError(fmt::format("environment variable MASTER_PORT is '{}', not a port", launch.port), kHint);
  }
}

}  // namespace

std::string Launch::name() const { return fmt::format("rank {} of {}", rank, size); }

Launch read_launch(const Environment& environment) {
  const Variables variables(environment);
  // A plain command inside a Slurm allocation sees Slurm's variables too; only who gives an address means a job.
  const bool slurm = !variables.text("MASTER_ADDR").empty();
  Launch launch;
  launch.size = variables.number("WORLD_SIZE", slurm ? "SLURM_NTASKS" : "", 1);
  const bool ranked = !variables.text("RANK").empty() || (slurm && !variables.text("SLURM_PROCID").empty());
  if (launch.size > 1 && !ranked) {
    throw UsageError(fmt::format("WORLD_SIZE is {}, but RANK is not set", launch.size), kHint);
  }
  if (launch.size != 1) {
    launch.rank = variables.number("RANK", slurm ? "SLURM_PROCID" : "", 0);
    launch.local_size = variables.number("LOCAL_WORLD_SIZE", "", 1);
    if (!variables.text("LOCAL_WORLD_SIZE").empty()) {
      launch.local_rank = variables.number("LOCAL_RANK", slurm ? "SLURM_LOCALID" : "", 0);
    }
  }
  if (const std::string address = variables.text("MASTER_ADDR"); !address.empty()) launch.address = address;
  launch.port = variables.number("MASTER_PORT", "", launch.port);
  launch.store_is_served = variables.text("TORCHELASTIC_USE_AGENT_STORE") == "True";
  launch.restarts = variables.number("TORCHELASTIC_RESTART_COUNT", "", 0);
  check(launch, variables);
  return launch;
}

Launch read_launch() {
  return read_launch([](const std::string& name) {
    const char* value = std::getenv(name.c_str());
    return std::string(value == nullptr ? "" : value);
  });
}

}  // namespace llmops::train
