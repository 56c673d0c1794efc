#include "model/npy_header.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstring>
#include <limits>
#include <optional>

#include "core/error.h"

namespace llmops::model {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kMagic = "\x93NUMPY"sv;
constexpr std::uint64_t kMaxHeaderBytes = 65536;
constexpr std::size_t kMaxDimensions = 16;

struct NpyType {
  const char* code;  ///< without the byte order
  DType dtype;
};
constexpr NpyType kTypes[] = {
    {"f4", DType::kF32}, {"f2", DType::kF16}, {"f8", DType::kF64}, {"i1", DType::kI8},   {"u1", DType::kU8},
    {"i2", DType::kI16}, {"i4", DType::kI32}, {"i8", DType::kI64}, {"b1", DType::kBool},
};

/// The few forms of Python's literals that the header has.
class Literal {
 public:
  Literal(std::string_view text, const std::string& origin) : text_(text), origin_(origin) {}

  [[noreturn]] void fail(const std::string& expected) const {
    throw InputError(fmt::format("{}: the header has no {} at byte {}", origin_, expected, position_));
  }
  bool accept(char symbol) {
    skip_spaces();
    if (position_ >= text_.size() || text_[position_] != symbol) return false;
    ++position_;
    return true;
  }
  void expect(char symbol) {
    if (!accept(symbol)) fail(fmt::format("'{}'", symbol));
  }
  std::string text() {
    skip_spaces();
    const char quote = position_ < text_.size() ? text_[position_] : '\0';
    const std::size_t end = quote == '\'' || quote == '"' ? text_.find(quote, position_ + 1) : std::string_view::npos;
    if (end == std::string_view::npos) fail("string");
    const std::string value(text_.substr(position_ + 1, end - position_ - 1));
    position_ = end + 1;
    return value;
  }
  bool truth() {
    skip_spaces();
    for (const std::string_view word : {"True"sv, "False"sv}) {
      if (!text_.substr(position_).starts_with(word)) continue;
      position_ += word.size();
      return word == "True";
    }
    fail("True or False");
  }
  std::int64_t size() {
    skip_spaces();
    const std::size_t begin = position_;
    std::int64_t value = 0;
    for (; position_ < text_.size() && text_[position_] >= '0' && text_[position_] <= '9'; ++position_) {
      if (value > (std::numeric_limits<std::int64_t>::max() - 9) / 10) fail("size that fits 63 bits");
      value = value * 10 + (text_[position_] - '0');
    }
    if (position_ == begin) fail("size");
    accept('L');  // Python 2's long
    return value;
  }
  void expect_end() {
    skip_spaces();
    if (position_ != text_.size()) fail("end");
  }

 private:
  void skip_spaces() {
    while (position_ < text_.size() && (text_[position_] == ' ' || text_[position_] == '\n')) ++position_;
  }
  std::string_view text_;
  const std::string& origin_;
  std::size_t position_ = 0;
};

DType parse_type(const std::string& descr, const std::string& origin) {
  const bool known_order = descr.size() > 1 && (descr[0] == '<' || descr[0] == '|');
  for (const NpyType& type : kTypes) {
    if (known_order && descr.substr(1) == type.code) return type.dtype;
  }
  throw InputError(fmt::format("{}: element type '{}' is not supported", origin, descr),
                   descr.starts_with('>') ? "the file is big-endian; convert it on the machine that wrote it"
                                          : "save it as little-endian float, int8 to int64, uint8 or bool");
}

std::vector<std::int64_t> parse_shape(Literal& literal) {
  std::vector<std::int64_t> shape;
  literal.expect('(');
  while (!literal.accept(')')) {
    if (shape.size() == kMaxDimensions) literal.fail("shape of at most 16 axes");
    shape.push_back(literal.size());
    if (!literal.accept(',')) {
      literal.expect(')');
      break;
    }
  }
  return shape;
}

std::string_view header_text(std::span<const std::byte> file, const std::string& origin, std::uint64_t& size) {
  const std::string_view bytes(reinterpret_cast<const char*>(file.data()), file.size());
  if (!bytes.starts_with(kMagic) || bytes.size() < 10) throw InputError(origin + ": not an .npy file, or cut short");
  const int version = std::to_integer<int>(file[6]);
  if (version < 1 || version > 3)
    throw InputError(fmt::format("{}: .npy version {}, expected 1 to 3", origin, version));
  const std::uint64_t begin = version == 1 ? 10 : 12;
  if (bytes.size() < begin) throw InputError(origin + ": cut short in the header");
  std::uint32_t length = 0;
  std::memcpy(&length, file.data() + 8, version == 1 ? 2 : 4);
  if (length > kMaxHeaderBytes || length > file.size() - begin)
    throw InputError(fmt::format("{}: the header claims {} bytes, the file has {}", origin, length, file.size()));
  size = begin + length;
  return bytes.substr(begin, length);
}

}  // namespace

NpyHeader parse_npy_header(std::span<const std::byte> file, const std::string& origin) {
  NpyHeader header;
  Literal literal(header_text(file, origin, header.size), origin);
  std::optional<std::string> descr;
  std::optional<bool> fortran;
  std::optional<std::vector<std::int64_t>> shape;
  literal.expect('{');
  while (!literal.accept('}')) {
    const std::string key = literal.text();
    literal.expect(':');
    if (key == "descr" && !descr) {
      if (literal.accept('[')) throw InputError(origin + ": records are not supported", "save each field by itself");
      descr = literal.text();
    } else if (key == "fortran_order" && !fortran) {
      fortran = literal.truth();
    } else if (key == "shape" && !shape) {
      shape = parse_shape(literal);
    } else {
      throw InputError(fmt::format("{}: the header has '{}' unexpectedly", origin, key));
    }
    if (!literal.accept(',')) {
      literal.expect('}');
      break;
    }
  }
  literal.expect_end();
  if (!descr || !fortran || !shape) throw InputError(origin + ": the header lacks 'descr', 'fortran_order' or 'shape'");
  header.dtype = parse_type(*descr, origin);
  header.fortran_order = *fortran;
  header.shape = std::move(*shape);
  return header;
}

std::string make_npy_header(DType dtype, std::span<const std::int64_t> shape) {
  const char* code = nullptr;
  for (const NpyType& type : kTypes) {
    if (type.dtype == dtype) code = type.code;
  }
  if (code == nullptr) throw InputError(fmt::format("NumPy has no element type {}", dtype_name(dtype)), "use float32");
  std::string text =
      fmt::format("{{'descr': '{}{}', 'fortran_order': False, 'shape': ({}{}), }}", block_bytes(dtype) == 1 ? '|' : '<',
                  code, fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
  constexpr std::size_t kBegin = 10, kAlignment = 64;
  text.append(kAlignment - (kBegin + text.size() + 1) % kAlignment, ' ');
  text += '\n';
  const auto length = static_cast<std::uint16_t>(text.size());
  std::string header(kMagic);
  header += "\x01\x00"sv;
  header.append(reinterpret_cast<const char*>(&length), sizeof length);
  return header + text;
}

}  // namespace llmops::model
