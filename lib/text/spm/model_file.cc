// The outer layer of a SentencePiece model file, looked at before the library is.
#include "text/spm/model_file.h"

#include <fmt/format.h>

#include <cstdint>

#include "core/error.h"

namespace llmops::text {
namespace {

// Source: Protocol Buffers, "Encoding": base-128 varints, wire types in the low 3 bits of a tag.
class FieldReader {
 public:
  FieldReader(std::string_view bytes, const std::string& origin) : bytes_(bytes), origin_(origin) {}
  bool done() const { return at_ == bytes_.size(); }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (done()) fail("it ends within a number");
      const auto byte = static_cast<unsigned char>(bytes_[at_++]);
      value |= std::uint64_t{byte & 0x7Fu} << shift;
      if (byte < 0x80) return value;
    }
    fail("a number is too long");
  }

  std::string_view take(std::uint64_t length) {
    if (length > bytes_.size() - at_) fail(fmt::format("a field of {} bytes does not fit", length));
    at_ += length;
    return bytes_.substr(at_ - length, length);
  }

  std::string_view skip(std::uint64_t wire_type) {
    if (wire_type == 0) return varint(), std::string_view();
    if (wire_type == 1) return take(8);
    if (wire_type == 2) return take(varint());
    if (wire_type == 5) return take(4);
    fail(fmt::format("wire type {} is not known", wire_type));
  }

  [[noreturn]] void fail(const std::string& reason) const {
    throw InputError(fmt::format("{}: not a SentencePiece model: at byte {}, {}", origin_, at_, reason));
  }

 private:
  std::string_view bytes_;
  const std::string& origin_;
  std::size_t at_ = 0;
};

}  // namespace

void check_model_file(std::string_view model, const std::string& origin) {
  FieldReader reader(model, origin);
  std::size_t pieces = 0;
  while (!reader.done()) {
    const std::uint64_t tag = reader.varint();
    const std::string_view field = reader.skip(tag & 7);
    if (tag >> 3 == 0) reader.fail("field 0 is not allowed");
    if (tag >> 3 > 5 && tag >> 3 < 200) reader.fail(fmt::format("field {} is not known", tag >> 3));
    if (tag == (1 << 3 | 2)) {  // repeated SentencePiece pieces = 1
      FieldReader piece(field, origin);
      while (!piece.done()) piece.skip(piece.varint() & 7);
      ++pieces;
    }
  }
  if (pieces == 0) throw InputError(fmt::format("{}: not a SentencePiece model: it has no pieces", origin));
}

std::string without_dummy_prefix(const std::string& model) {
  // ModelProto.normalizer_spec = 3 { add_dummy_prefix = 3: false }
  return model + std::string("\x1A\x02\x18\x00", 4);
}

}  // namespace llmops::text
