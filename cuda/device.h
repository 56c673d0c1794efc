// CUDA devices, as plain C++ sees them.
#pragma once

struct CUstream_st;  // of CUDA's own headers, at global scope

namespace llmops::cuda {

/// A stream, without CUDA's headers: cudaStream_t is this.
using Stream = ::CUstream_st*;

/// Devices that can be used; 0 where there is none, no driver, or any other reason cudaGetDeviceCount gives.
int device_count();

/// @param status  a cudaError_t
/// @throws SystemError  "rms_norm: <CUDA's words>" unless it is cudaSuccess
void check(int status, const char* operation);

}  // namespace llmops::cuda
