// A window's loss and figures, of which every rank of a job has computed a share.
#pragma once

#include "train/measures.h"
#include "train/workers.h"

namespace llmops::train {

/// Adds up the shares of all ranks. Rank 0, which always has a share, then has all figures; the loss is on every rank.
void sum_over_ranks(Workers& workers, double& loss, Measures& measures);

}  // namespace llmops::train
