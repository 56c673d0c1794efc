// This process's place in a job of several, as torchrun and other launchers tell it.
#pragma once

#include <functional>
#include <string>

namespace llmops::train {

struct Launch {
  int rank = 0, size = 1;              ///< of the whole job
  int local_rank = 0, local_size = 1;  ///< on this machine
  std::string address = "127.0.0.1";   ///< of the store where the processes find each other
  int port = 29500;
  bool store_is_served = false;  ///< by the launcher; else rank 0 serves it
  int restarts = 0;              ///< how often the launcher has started the job again

  bool first() const { return rank == 0; }
  bool alone() const { return size == 1; }
  /// "rank 2 of 4"
  std::string name() const;
};

/// The value of an environment variable; "" where it is not set.
using Environment = std::function<std::string(const std::string&)>;

/// RANK, WORLD_SIZE, LOCAL_RANK, LOCAL_WORLD_SIZE, MASTER_ADDR, MASTER_PORT and torchrun's TORCHELASTIC_* variables;
/// where RANK or WORLD_SIZE is missing but MASTER_ADDR is set, SLURM_PROCID, SLURM_NTASKS and SLURM_LOCALID. Alone
/// without.
/// @throws UsageError  a value that is no number, a rank outside its job, or an address that is missing
Launch read_launch(const Environment& environment);
/// Of this process.
Launch read_launch();

}  // namespace llmops::train
