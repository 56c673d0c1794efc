// CUDA devices, as plain C++ sees them.
#pragma once

#include <string>

namespace llmops::cuda {

/// A stream, without CUDA's headers: cudaStream_t is a pointer to this.
using Stream = struct CUstream_st*;

/// Devices that can be used; 0 where there is none, no driver, or any other reason cudaGetDeviceCount gives.
int device_count();

/// @throws SystemError  "rms_norm: <CUDA's words>" when the last launch failed
void check_launch(const char* operation);

}  // namespace llmops::cuda
