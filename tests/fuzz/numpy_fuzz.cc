// NumPy's .npy and .npz files.
#include "fuzz/fuzz.h"
#include "model/tensor_store.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace llmops;
  const auto file = fuzz::input_file(data, size, "input.npz");
  return fuzz::expect_typed_errors([&] {
    const model::TensorStore store = model::read_numpy_file(file);
    for (const model::TensorView& view : store.tensors) {
      if (view.elements() < 100'000) model::to_float32(view);
    }
  });
}
