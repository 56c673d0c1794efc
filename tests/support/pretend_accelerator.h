// A device that is not main memory, for machines without one: what runs on it is proven to follow the device.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>

namespace llmops::test {

/// libtorch's device for backends of one's own, made known on first use. Its operations are the CPU's on copies; its
/// addresses are none of the processor's, so code that reads such a tensor's memory by itself crashes, and operations
/// that mix it with the CPU's tensors fail as on a GPU. There are two of them.
at::Device pretend_accelerator();

/// Operations that ran on it so far.
std::int64_t pretend_operations();

}  // namespace llmops::test
