// The activations of feed-forward layers.
#pragma once

#include <ATen/ATen.h>

#include "model/model_config.h"

namespace llmops::model {

/// Element by element; x's shape and dtype.
at::Tensor activate(const at::Tensor& x, Activation activation);

}  // namespace llmops::model
