// Archives of web pages: records, HTTP, encodings and compression. The first byte is the size of the pieces.
#include <algorithm>

#include "data/read/warc.h"
#include "fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace llmops;
  if (size == 0) return 0;
  const std::string_view text = fuzz::text_of(data + 1, size - 1);
  const std::size_t step = data[0] + std::size_t{1};
  return fuzz::expect_typed_errors([&] {
    data::WarcCutter cutter;
    std::string held;
    for (std::size_t at = 0; at < text.size(); at += step) {
      held.append(text.substr(at, step));
      std::vector<data::Slice> slices;
      const std::size_t done = cutter.cut(held, at + step >= text.size(), slices);
      for (const data::Slice& slice : slices) data::read_warc_record(slice.text);
      held.erase(0, done);
    }
    data::read_warc_record(text);
  });
}
