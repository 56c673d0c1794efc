// Memory of large tensors, kept for the next ones of about their size.
#pragma once

#include <cstdint>

namespace llmops::train {

/// Training makes and frees the same few hundred large tensors at every step, whose sizes differ with each batch.
/// Fetched from the system each time, 4 to 20 % of a step goes into clearing pages (SmolLM2-135M, 4 x 256 tokens,
/// virtual machine); kept by the C library's heap, blocks of ever new sizes break it up until it holds several times
/// what is in use. From here on, in the whole process, a block of libtorch's CPU tensors serves again whatever needs
/// at least eight ninths of it, and the blocks unused for longest go back to the system once all together are more than
/// a sixteenth above the most that was in use. Tensors below half a MiB stay the heap's.
void keep_tensor_memory();

/// Bytes of large tensors' blocks, used or not; 0 before keep_tensor_memory().
std::uint64_t held_tensor_memory();

}  // namespace llmops::train
