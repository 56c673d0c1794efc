// A tensor as strides over a storage, as torch and NumPy describe one.
#pragma once

#include "model/tensor_store.h"

namespace llmops::model {

/// Gathers tensors that do not lie in order, within a budget: views of one storage could else claim any amount.
class StridedReader {
 public:
  /// @param budget  bytes that all gathered tensors together may take
  StridedReader(TensorStore& store, std::uint64_t budget) : store_(store), left_(budget) {}

  /// @param storage  all its bytes @param offset, strides  in elements
  /// @param where    file and tensor, for errors
  /// @throws InputError  for negative or overlapping strides, and for elements outside the storage
  TensorView view(const std::string& name, DType dtype, std::span<const std::byte> storage, std::int64_t offset,
                  std::vector<std::int64_t> shape, const std::vector<std::int64_t>& strides, const std::string& where);

 private:
  TensorStore& store_;
  std::uint64_t left_;
};

}  // namespace llmops::model
