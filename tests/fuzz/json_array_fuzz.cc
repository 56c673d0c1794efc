// JSON cut in pieces is what it is when cut whole. The first byte is the size of the pieces.
#include <cstdlib>
#include <vector>

#include "data/read/json_array.h"
#include "fuzz/fuzz.h"

namespace {

std::vector<std::string> cut(std::string_view json, std::size_t step) {
  llmops::data::JsonCutter cutter;
  std::vector<std::string> out;
  std::string held;
  for (std::size_t at = 0; at < json.size(); at += step) {
    held.append(json.substr(at, step));
    std::vector<llmops::data::Slice> slices;
    const std::size_t done = cutter.cut(held, at + step >= json.size(), slices);
    for (const auto& slice : slices) out.push_back(std::to_string(slice.line) + " " + std::string(slice.text));
    held.erase(0, done);
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view json = llmops::fuzz::text_of(data + 1, size - 1);
  if (cut(json, data[0] + std::size_t{1}) != cut(json, json.size() + 1)) std::abort();
  return 0;
}
