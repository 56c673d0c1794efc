// Writing tensors for NumPy, e.g. embeddings and logits.
#pragma once

#include <filesystem>
#include <vector>

#include "model/tensor_to_write.h"

namespace llmops::model {

/// Atomic. @throws SystemError; InputError  for types NumPy does not have, and bytes that do not fit the shape
void write_npy(const std::filesystem::path& path, const LazyTensorToWrite& tensor);
/// Stored without compression, as numpy.savez does; np.load gives each tensor under its name.
/// @throws InputError  also for a name given twice
void write_npz(const std::filesystem::path& path, const std::vector<LazyTensorToWrite>& tensors);

}  // namespace llmops::model
