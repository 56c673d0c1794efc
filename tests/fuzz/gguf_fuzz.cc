// GGUF: metadata, tensors, and the configuration, tokenizer and template in them.
#include "fuzz/fuzz.h"
#include "model/gguf_checkpoint.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace llmops;
  const auto file = fuzz::input_file(data, size, "input.gguf");
  return fuzz::expect_typed_errors([&] {
    const model::Gguf gguf = model::Gguf::open(file);
    for (const model::TensorView& view : gguf.tensors()) {
      if (view.elements() < 100'000) model::to_float32(view);
    }
    fuzz::expect_typed_errors([&] { model::gguf_model_config(gguf); });
    fuzz::expect_typed_errors([&] { model::load_gguf_tokenizer(gguf); });
    fuzz::expect_typed_errors([&] { model::load_gguf_chat_template(gguf); });
  });
}
