// The part of a finetuning recipe that says how the processes of a job share the work.
#pragma once

#include "core/json.h"

namespace llmops::config {
class YamlObject;
}

namespace llmops::train {

/// Nothing of it changes what is computed, but for the order of sums.
struct DistributedRecipe {
  int zero_stage = 0;  ///< 0: every process keeps everything; 1: the optimizer's state is divided; 2: gradients too
  int ddp_bucket_cap_mb = 25;  ///< of gradients in one message
  int ddp_timeout = 1800;      ///< seconds that a process waits for another

  Json json() const;
};

/// Problems are recorded in `root`.
DistributedRecipe read_distributed(config::YamlObject& root);

}  // namespace llmops::train
