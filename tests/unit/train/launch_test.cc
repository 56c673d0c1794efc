// Reading a launcher's environment.
#include "train/launch.h"

#include <map>

#include "core/error.h"
#include "support/catch.h"

using namespace llmops;
using namespace llmops::train;

namespace {

Launch read(const std::map<std::string, std::string>& variables) {
  return read_launch([&](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  });
}

}  // namespace

TEST_CASE("a process without a launcher is alone, also inside a Slurm allocation", "[train]") {
  CHECK(read({}).alone());
  CHECK(read({{"SLURM_NTASKS", "4"}, {"SLURM_PROCID", "0"}}).alone());
  CHECK(read({{"WORLD_SIZE", "1"}, {"RANK", "0"}}).alone());
}

TEST_CASE("torchrun's variables say who this process is and who serves the store", "[train]") {
  const Launch launch = read({{"RANK", "5"},
                              {"WORLD_SIZE", "8"},
                              {"LOCAL_RANK", "1"},
                              {"LOCAL_WORLD_SIZE", "4"},
                              {"MASTER_ADDR", "node0"},
                              {"MASTER_PORT", "29511"},
                              {"TORCHELASTIC_USE_AGENT_STORE", "True"},
                              {"TORCHELASTIC_RESTART_COUNT", "2"}});
  CHECK(launch.name() == "rank 5 of 8");
  CHECK(launch.local_rank == 1);
  CHECK(launch.local_size == 4);
  CHECK(launch.address == "node0");
  CHECK(launch.port == 29511);
  CHECK(launch.store_is_served);
  CHECK(launch.restarts == 2);
}

TEST_CASE("Slurm's ranks count once an address is given", "[train]") {
  const Launch launch = read({{"SLURM_PROCID", "3"}, {"SLURM_NTASKS", "4"}, {"MASTER_ADDR", "node0"}});
  CHECK(launch.name() == "rank 3 of 4");
  CHECK_FALSE(launch.store_is_served);
}

TEST_CASE("a launcher's variables that do not fit together are named", "[train]") {
  CHECK_THROWS_WITH(read({{"WORLD_SIZE", "4"}, {"MASTER_ADDR", "a"}}), "WORLD_SIZE is 4, but RANK is not set");
  CHECK_THROWS_WITH(read({{"WORLD_SIZE", "4"}, {"RANK", "4"}, {"MASTER_ADDR", "a"}}), "rank 4 is outside a job of 4");
  CHECK_THROWS_WITH(read({{"WORLD_SIZE", "four"}}), "environment variable WORLD_SIZE is 'four', not a number");
  CHECK_THROWS_WITH(read({{"WORLD_SIZE", "2"}, {"RANK", "1"}}),
                    "rank 1 of 2: environment variable MASTER_ADDR is not set");
  CHECK_THROWS_AS(read({{"WORLD_SIZE", "2"}, {"RANK", "1"}, {"MASTER_ADDR", "a"}, {"LOCAL_WORLD_SIZE", "3"}}),
                  UsageError);
}
