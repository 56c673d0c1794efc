// Protocol buffers on the wire, read field by field.
#include "text/spm/wire_reader.h"

#include <fmt/format.h>

#include <bit>

#include "core/error.h"

namespace llmops::text {

float WireField::number_f32() const { return std::bit_cast<float>(static_cast<std::uint32_t>(value)); }

bool WireReader::next(WireField& field) {
  if (at_ == bytes_.size()) return false;
  const std::uint64_t tag = varint();
  field = {tag >> 3, static_cast<int>(tag & 7), 0, {}, 0};
  if (field.number == 0) fail("field 0 is not allowed");
  switch (field.type) {
    case 0: field.value = varint(); break;
    case 1: field.value = fixed(8); break;
    case 2:
      field.bytes = take(varint());
      field.offset = offset_ + at_ - field.bytes.size();
      break;
    case 5: field.value = fixed(4); break;
    default: fail(fmt::format("wire type {} is not known", field.type));
  }
  return true;
}

void WireReader::fail(const std::string& reason) const {
  throw InputError(fmt::format("{}: not a SentencePiece model: at byte {}, {}", origin_, offset_ + at_, reason));
}

std::uint64_t WireReader::varint() {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    if (at_ == bytes_.size()) fail("it ends within a number");
    const auto byte = static_cast<unsigned char>(bytes_[at_++]);
    value |= std::uint64_t{byte & 0x7Fu} << shift;
    if (byte < 0x80) return value;
  }
  fail("a number is too long");
}

std::string_view WireReader::take(std::uint64_t length) {
  if (length > bytes_.size() - at_) fail(fmt::format("a field of {} bytes does not fit", length));
  at_ += length;
  return bytes_.substr(at_ - length, length);
}

std::uint64_t WireReader::fixed(std::size_t size) {
  std::uint64_t value = 0;
  const std::string_view bytes = take(size);
  for (std::size_t i = 0; i < size; ++i) value |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  return value;
}

}  // namespace llmops::text
