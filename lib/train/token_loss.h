// Cross entropy at the supervised positions alone, without ever holding all logits.
#pragma once

#include <ATen/ATen.h>

#include "model/output_head.h"

namespace llmops::train {

/// -log softmax(head(hidden[i]))[targets[i]] of each i, in float32. Logits are made for some rows at a time, and the
/// gradient to `hidden` right with them, so that memory is a few MB instead of M x V. A head that is
/// trained gets its gradient too, for which its logits are made twice.
///
/// @param hidden   (M, C), the supervised positions only
/// @param head     of V tokens
/// @param targets  (M) int64, in [0, V)
/// @param rows     positions at a time; 0 chooses by V
/// @param smoothing  e in [0, 1): the target is 1 - e at targets[i] and e / V everywhere, as transformers'
/// LabelSmoother
/// @returns (M) float32
at::Tensor token_losses(const at::Tensor& hidden, const model::OutputHead& head, const at::Tensor& targets,
                        std::int64_t rows = 0, double smoothing = 0);

/// How many rows of logits of V tokens are held at a time.
std::int64_t rows_at_a_time(std::int64_t vocabulary);

}  // namespace llmops::train
