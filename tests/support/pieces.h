// Sources that give a few bytes at a time, and drains for them.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "data/read/byte_source.h"
#include "data/read/slices.h"

namespace llmops::data {

/// Gives 1 to `most` bytes a read, in turn.
class PieceSource : public ByteSource {
 public:
  PieceSource(std::string bytes, std::size_t most) : bytes_(std::move(bytes)), most_(most) {}

  std::size_t read(char* out, std::size_t most) override {
    size_ = size_ % most_ + 1;
    const std::size_t got = bytes_.copy(out, std::min(size_, most), at_);
    at_ += got;
    return got;
  }

 private:
  std::string bytes_;
  std::size_t most_, size_ = 0, at_ = 0;
};

inline std::unique_ptr<ByteSource> pieces(std::string bytes, std::size_t most) {
  return std::make_unique<PieceSource>(std::move(bytes), most);
}

struct Drained {
  std::string bytes, error;  ///< the message of the InputError that ended it; "" for none
};

inline Drained drain(ByteSource& source, std::size_t most = 7919) {
  Drained drained;
  std::string buffer(most, '\0');
  try {
    while (const std::size_t got = source.read(buffer.data(), buffer.size())) drained.bytes.append(buffer, 0, got);
  } catch (const InputError& error) {
    drained.error = error.what();
  }
  return drained;
}

/// Feeds a cutter `step` bytes more at each call, as a reader of a stream does. Texts of the slices are copied to
/// `out`.
template <typename Cutter, typename Take>
void cut_in_pieces(std::string_view bytes, std::size_t step, Take take) {
  Cutter cutter;
  std::string held;
  for (std::size_t at = 0;;) {
    const std::size_t end = std::min(at + step, bytes.size());
    held.append(bytes.substr(at, end - at));
    at = end;
    std::vector<Slice> slices;
    const std::size_t done = cutter.cut(held, at == bytes.size(), slices);
    for (const Slice& slice : slices) take(slice);
    held.erase(0, done);
    if (at == bytes.size()) break;
  }
}

}  // namespace llmops::data
