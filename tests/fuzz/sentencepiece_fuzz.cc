// SentencePiece models, then a round trip of a short text.
#include "fuzz/fuzz.h"
#include "text/tokenizer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace llmops;
  const auto file = fuzz::input_file(data, size, "tokenizer.model");
  return fuzz::expect_typed_errors([&] {
    const auto tokenizer = text::load_tokenizer(file);
    const auto ids = tokenizer->encode("Hello w\xC3\xB6rld 123 \xF0\x9F\x99\x82\n\xFF", true);
    tokenizer->decode(ids, true);
  });
}
