// Pages of any markup, and the tag stripper beside the parser.
#include "data/read/html.h"
#include "data/read/main_text.h"
#include "fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace llmops;
  const std::string_view html = fuzz::text_of(data, size);
  return fuzz::expect_typed_errors([&] {
    data::main_text(html);
    data::strip_html(html);
  });
}
