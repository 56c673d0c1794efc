// Where the tensors of a run lie and are computed with.
#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <string>

#include "train/launch.h"

namespace llmops::train {

/// @param name  a recipe's: "cpu", "cuda" (with several processes on a machine, each takes one of its own) or "cuda:1"
/// @throws SystemError  when this machine, or this libtorch, has none such
at::Device find_training_device(const std::string& name, const Launch& launch);

/// Most bytes that tensors took on `device` so far; 0 for main memory.
std::uint64_t peak_device_bytes(at::Device device);

}  // namespace llmops::train
