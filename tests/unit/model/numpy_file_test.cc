// .npy and .npz of NumPy, and ours, which must be the same bytes.
#include "core/error.h"
#include "core/files.h"
#include "model/checkpoint.h"
#include "model/numpy_writer.h"
#include "support/catch.h"
#include "support/error_of.h"
#include "support/temporary_directory.h"

using namespace llmops;
using namespace llmops::model;
using Catch::Matchers::Contains;

namespace {

using Shape = std::vector<std::int64_t>;

fs::path golden(const std::string& name) { return fs::path(LLMOPS_SOURCE_DIR "/tests/golden/numpy") / name; }

const std::vector<float> kPlain{0, 0.25, 0.5, 0.75, 1, 1.25};

template <typename T>
LazyTensorToWrite lazy(const std::string& name, DType dtype, const Shape& shape, const std::vector<T>& values) {
  return {name, dtype, shape, [values] {
            const auto bytes = std::as_bytes(std::span(values));
            return std::vector<std::byte>(bytes.begin(), bytes.end());
          }};
}

std::string error_of(const std::string& bytes) { return test::error_of("bad.npy", bytes, Checkpoint::open); }

/// An .npy file of version 1 with this header and so many bytes of data.
std::string file_text(const std::string& header, std::size_t data) {
  std::string text("\x93NUMPY\x01\x00", 8);
  text += static_cast<char>(header.size() & 0xff);
  text += static_cast<char>(header.size() >> 8);
  return text + header + std::string(data, '\0');
}

}  // namespace

TEST_CASE("arrays of every kind are read", "[model]") {
  for (const char* name : {"plain", "fortran", "half", "version2"}) {
    INFO(name);
    const Checkpoint file = Checkpoint::open(golden(std::string(name) + ".npy"));
    CHECK(file.format() == "numpy");
    CHECK(file.get(name).shape == Shape{2, 3});
    CHECK(to_float32(file.get(name)) == kPlain);
  }
  CHECK(to_float32(Checkpoint::open(golden("vector.npy")).get("vector")) == std::vector<float>{0, 1, 2, 3, 4});
  CHECK(Checkpoint::open(golden("scalar.npy")).get("scalar").shape.empty());
  CHECK(to_float32(Checkpoint::open(golden("scalar.npy")).get("scalar")) == std::vector<float>{2.5});
  CHECK(to_float32(Checkpoint::open(golden("truth.npy")).get("truth")) == std::vector<float>{1, 0});
  for (const char* name : {"stored.npz", "packed.npz"}) {
    INFO(name);
    const Checkpoint file = Checkpoint::open(golden(name));
    CHECK(to_float32(file.get("a")) == kPlain);
    CHECK(to_float32(file.get("b")) == std::vector<float>{0, 1, 2});
  }
}

TEST_CASE("what is written is NumPy's own file, byte for byte", "[model]") {
  const test::TemporaryDirectory folder;
  const fs::path path = folder.path() / "out.npy";
  write_npy(path, lazy("plain", DType::kF32, {2, 3}, kPlain));
  CHECK(read_file(path) == read_file(golden("plain.npy")));
  write_npy(path, lazy("vector", DType::kI64, {5}, std::vector<std::int64_t>{0, 1, 2, 3, 4}));
  CHECK(read_file(path) == read_file(golden("vector.npy")));
  write_npy(path, lazy("scalar", DType::kF64, {}, std::vector<double>{2.5}));
  CHECK(read_file(path) == read_file(golden("scalar.npy")));
}

TEST_CASE("an archive that is written is read back", "[model]") {
  const test::TemporaryDirectory folder;
  const fs::path path = folder.path() / "out.npz";
  const auto a = lazy("a", DType::kF32, {2, 3}, kPlain);
  write_npz(path, {a, lazy("folder/b", DType::kI32, {3}, std::vector<std::int32_t>{7, 8, 9})});
  const Checkpoint file = Checkpoint::open(path);
  CHECK(to_float32(file.get("a")) == kPlain);
  CHECK(to_float32(file.get("folder/b")) == std::vector<float>{7, 8, 9});
  CHECK_THROWS_WITH(write_npz(path, {a, a}), "tensor 'a' is given twice");
  CHECK_THROWS_WITH(write_npy(path, lazy("x", DType::kBF16, {1}, std::vector<std::uint16_t>{0})),
                    "NumPy has no element type BF16");
}

TEST_CASE("arrays that are no numbers are refused by their type", "[model]") {
  CHECK_THROWS_WITH(Checkpoint::open(golden("big_endian.npy")), Contains("element type '>f4' is not supported"));
  CHECK_THROWS_WITH(Checkpoint::open(golden("text.npy")), Contains("element type '<U1' is not supported"));
  CHECK_THROWS_WITH(Checkpoint::open(golden("objects.npy")), Contains("element type '|O' is not supported"));
  CHECK_THROWS_WITH(Checkpoint::open(golden("records.npy")), Contains("records are not supported"));
}

TEST_CASE("headers of arrays that lie are errors", "[model]") {
  const auto with = [](const std::string& shape) {
    return file_text("{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }\n", 8);
  };
  CHECK(error_of(with("(2,)")) == "no error");
  CHECK_THAT(error_of(with("(3,)")), Contains("8 bytes of data do not fit the shape"));
  CHECK_THAT(error_of(with("(-2,)")), Contains("the header has no size at byte"));
  CHECK_THAT(error_of(with("(4611686018427387904, 4)")), Contains("do not fit the shape"));
  CHECK_THAT(error_of(with("(99999999999999999999,)")), Contains("size that fits 63 bits"));
  CHECK_THAT(error_of(with("2")), Contains("no '('"));
  CHECK_THAT(error_of(file_text("{'descr': '<f4'}", 0)), Contains("lacks 'descr', 'fortran_order' or 'shape'"));
  CHECK_THAT(error_of(file_text("{'descr': '<f4', 'descr': '<f4'}", 0)), Contains("has 'descr' unexpectedly"));
  CHECK_THAT(error_of(std::string("\x93NUMPY\x01\x00\xff\xff{", 11)), Contains("the header claims 65535 bytes"));
  CHECK_THAT(error_of(std::string("\x93NUMPY\x09\x00\x00\x00", 10)), Contains(".npy version 9"));
}
