// tokenizer.json: every component, then a round trip of a short text.
#include "core/json.h"
#include "fuzz/fuzz.h"
#include "text/tokenizer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace llmops;
  return fuzz::expect_typed_errors([&] {
    const Json json = parse_json(fuzz::text_of(data, size), "tokenizer.json");
    const auto tokenizer = text::make_tokenizer(json, nullptr, "tokenizer.json");
    const auto ids = tokenizer->encode("Hello w\xC3\xB6rld 123 \xF0\x9F\x99\x82\n\xFF", true);
    tokenizer->decode(ids, true);
    tokenizer->fingerprint();
  });
}
