// GGUF: files of the gguf package, our own, and files that lie.
#include "model/gguf.h"

#include <cstring>

#include "core/error.h"
#include "core/files.h"
#include "support/catch.h"
#include "support/error_of.h"
#include "support/temporary_directory.h"

using namespace llmops;
using namespace llmops::model;
using Catch::Matchers::Contains;

namespace {

const char* const kTiny = LLMOPS_SOURCE_DIR "/tests/golden/gguf/tiny.gguf";

/// Builds a file by hand, so that any field can be wrong.
struct Bytes {
  std::string text;
  template <typename T>
  Bytes& number(T value) {
    text.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  Bytes& string(const std::string& value) {
    number<std::uint64_t>(value.size());
    text += value;
    return *this;
  }
  Bytes& header(std::uint64_t tensors, std::uint64_t keys, std::uint32_t version = 3) {
    text = "GGUF";
    return number(version).number(tensors).number(keys);
  }
  /// One-dimensional, F32 unless told.
  Bytes& tensor(const std::string& name, std::uint64_t size, std::uint64_t offset, std::uint32_t type = 0) {
    return string(name).number<std::uint32_t>(1).number(size).number(type).number(offset);
  }
  /// Pads to the data and adds so many bytes of it.
  Bytes& data(std::size_t bytes) {
    text.append((32 - text.size() % 32) % 32 + bytes, '\0');
    return *this;
  }
};

std::string error_of(const std::string& bytes) { return test::error_of("bad.gguf", bytes, Gguf::open); }

std::string error_of(const Bytes& bytes) { return error_of(bytes.text); }

Bytes with_header(std::uint64_t tensors, std::uint64_t keys) { return Bytes().header(tensors, keys); }

GgufValue string_array(std::vector<std::string> list) {
  auto array = std::make_shared<GgufArray>();
  array->type = 8;
  for (std::string& text : list) array->values.emplace_back(std::move(text));
  return std::shared_ptr<const GgufArray>(std::move(array));
}

}  // namespace

TEST_CASE("a file of the gguf package is read", "[model]") {
  const Gguf gguf = Gguf::open(kTiny);
  CHECK(gguf.string("general.architecture") == "llama");
  CHECK(gguf.integer("llama.block_count") == 2);
  CHECK(gguf.number("llama.rope.freq_base") == 50000);
  CHECK(gguf.strings("tokenizer.ggml.tokens").at(2) == "<|im_end|>");
  CHECK(gguf.integers("tokenizer.ggml.token_type").at(2) == 3);
  CHECK(gguf.tensors().size() == 20);
  REQUIRE(gguf.find_tensor("blk.1.attn_k.weight") != nullptr);
  CHECK(gguf.find_tensor("blk.1.attn_k.weight")->shape == std::vector<std::int64_t>{32, 64});
  CHECK(gguf.find_tensor("blk.0.attn_q.weight")->dtype == DType::kQ4_1);
  CHECK_FALSE(gguf.has("general.alignment"));
  CHECK_THROWS_WITH(gguf.integer("general.architecture"), Contains("key 'general.architecture' is not an integer"));
  CHECK_THROWS_WITH(gguf.string("general.architectur"), Contains("key 'general.architectur' is missing"));
  CHECK_THROWS_WITH(gguf.strings("llama.block_count"), Contains("is not an array"));
}

TEST_CASE("what is written is read back", "[model]") {
  const test::TemporaryDirectory folder;
  const fs::path path = folder.path() / "out.gguf";
  const std::vector<float> values{1, 2, 3, 4, 5, 6};
  const auto make = [&] {
    const auto bytes = std::as_bytes(std::span(values));
    return std::vector<std::byte>(bytes.begin(), bytes.end());
  };
  write_gguf(path,
             {{"general.architecture", std::string("llama")},
              {"a.bool", true},
              {"a.u8", std::uint8_t{200}},
              {"a.i64", std::int64_t{-5}},
              {"a.f32", 0.5F},
              {"a.f64", 0.25},
              {"a.strings", string_array({"x", ""})}},
             {{"one", DType::kF32, {2, 3}, make}, {"two", DType::kF32, {6}, make}});
  const Gguf gguf = Gguf::open(path);
  CHECK(std::get<bool>(*gguf.find("a.bool")));
  CHECK(gguf.integer("a.u8") == 200);
  CHECK(gguf.integer("a.i64") == -5);
  CHECK(gguf.number("a.f64") == 0.25);
  CHECK(gguf.strings("a.strings") == std::vector<std::string>{"x", ""});
  CHECK(gguf.find_tensor("one")->shape == std::vector<std::int64_t>{2, 3});
  std::vector<float> out(6);
  to_float32(*gguf.find_tensor("two"), out);
  CHECK(out == values);
  CHECK(fs::file_size(path) % 32 == 0);
}

TEST_CASE("the writer refuses what readers would", "[model]") {
  const test::TemporaryDirectory folder;
  const fs::path path = folder.path() / "out.gguf";
  const auto nothing = [] { return std::vector<std::byte>(); };
  CHECK_THROWS_WITH(write_gguf(path, {}, {{std::string(64, 'n'), DType::kF32, {1}, nothing}}),
                    Contains("has 64 bytes, at most 63 fit"));
  CHECK_THROWS_WITH(write_gguf(path, {}, {{"t", DType::kF32, {1}, nothing}}),
                    "tensor 't' has 0 bytes, expected 4 for its shape");
  CHECK_THROWS_WITH(write_gguf(path, {}, {{"t", DType::kQ8_0, {2, 16}, nothing}}),
                    Contains("rows are not whole blocks"));
  CHECK_THROWS_WITH(write_gguf(path, {{"k", true}, {"k", true}}, {}), "key 'k' is given twice");
  CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("a file cut short anywhere is an error", "[model]") {
  const std::string whole = read_file(kTiny);
  // Every place in the header's first part, then coarser; the last byte counts as well.
  for (std::size_t size = 0; size < whole.size(); size += size < 600 ? 1 : 997)
    CHECK(error_of(whole.substr(0, size)) != "no error");
  CHECK_THAT(error_of(whole.substr(0, whole.size() - 1)), Contains("lie outside the data"));
}

TEST_CASE("headers that lie are errors with their place", "[model]") {
  CHECK_THAT(error_of("GGML" + std::string(20, '\0')), Contains("not a GGUF file"));
  CHECK_THAT(error_of(Bytes().header(0, 0, 1)), Contains("GGUF version 1 is not supported"));
  CHECK_THAT(error_of(Bytes().header(0, 0, 0x03000000)), Contains("version 50331648 is not supported"));
  CHECK_THAT(error_of(with_header(~std::uint64_t{0}, 0)),
             Contains("offset 16: number of tensors is 18446744073709551615"));
  CHECK_THAT(error_of(with_header(0, std::uint64_t{1} << 40)), Contains("number of keys is 1099511627776"));
  CHECK_THAT(error_of(with_header(0, 1).number(~std::uint64_t{0}).number<std::uint64_t>(0)),
             Contains("name of a key needs 18446744073709551615 bytes"));
  CHECK_THAT(error_of(with_header(0, 1).string("k").number<std::uint32_t>(13).number<std::uint64_t>(0)),
             Contains("value of unknown type 13"));
  CHECK_THAT(error_of(with_header(0, 1).string("k").number<std::uint32_t>(7).number<std::uint8_t>(2)),
             Contains("truth value 2"));
  CHECK_THAT(
      error_of(
          with_header(0, 1).string("k").number<std::uint32_t>(9).number<std::uint32_t>(9).number<std::uint64_t>(1)),
      Contains("array with elements of type 9"));
  CHECK_THAT(error_of(with_header(0, 1).string("k").number<std::uint32_t>(9).number<std::uint32_t>(4).number(
                 std::uint64_t{1} << 62)),
             Contains("length of an array is 4611686018427387904"));
  CHECK_THAT(error_of(with_header(0, 2)
                          .string("k")
                          .number<std::uint32_t>(0)
                          .number<std::uint8_t>(1)
                          .string("k")
                          .number<std::uint32_t>(0)
                          .number<std::uint8_t>(1)),
             Contains("key 'k' stands twice"));
}

TEST_CASE("arrays too long to hold are refused before they are allocated", "[model]") {
  constexpr std::uint64_t kMany = (std::uint64_t{1} << 22) + 1;
  Bytes bytes = with_header(0, 1).string("k").number<std::uint32_t>(9).number<std::uint32_t>(0).number(kMany);
  bytes.text.append(kMany, '\0');
  CHECK_THAT(error_of(bytes), Contains("array of 4194305 elements"));
}

TEST_CASE("tensors that lie are errors with their name", "[model]") {
  CHECK_THAT(error_of(with_header(1, 0).tensor("t", 8, 0).data(31)),
             Contains("tensor 't': 32 bytes at offset 0 lie outside the data, which has 31"));
  CHECK_THAT(error_of(with_header(1, 0).tensor("t", 8, 1).data(64)), Contains("offset 1 is not a multiple of 32"));
  CHECK_THAT(error_of(with_header(1, 0).tensor("t", 8, ~std::uint64_t{31}).data(64)), Contains("lie outside the data"));
  CHECK_THAT(error_of(with_header(1, 0).tensor("t", 0, 0).data(64)),
             Contains("tensor 't': size 0 is zero or overflows"));
  CHECK_THAT(error_of(with_header(1, 0).tensor("t", std::uint64_t{1} << 62, 0).data(64)),
             Contains("is zero or overflows"));
  CHECK_THAT(error_of(with_header(1, 0).tensor("t", 33, 0, 8).data(64)),
             Contains("rows of 33 are not whole blocks of 32"));
  CHECK_THAT(error_of(with_header(1, 0).tensor("t", 256, 0, 19).data(256)),
             Contains("tensor 't' is IQ1_S, which is not supported"));
  CHECK_THAT(error_of(with_header(1, 0).tensor("t", 32, 0, 99).data(64)), Contains("tensor 't' is type 99"));
  CHECK_THAT(error_of(with_header(1, 0).tensor("", 32, 0).data(64)), Contains("tensor name of 0 bytes"));
  CHECK_THAT(error_of(with_header(2, 0).tensor("t", 8, 0).tensor("t", 8, 32).data(64)),
             Contains("tensor 't' stands twice"));
  CHECK_THAT(error_of(with_header(2, 0).tensor("a", 16, 0).tensor("b", 8, 32).data(64)),
             Contains("tensors 'a' and 'b' overlap"));
  Bytes deep = with_header(1, 0).string("t").number<std::uint32_t>(5);
  CHECK_THAT(error_of(deep.data(64)), Contains("tensor 't' has 5 dimensions"));
  CHECK_THAT(
      error_of(
          with_header(0, 1).string("general.alignment").number<std::uint32_t>(4).number<std::uint32_t>(48).data(64)),
      Contains("'general.alignment' is 48"));
  CHECK(error_of(with_header(1, 0).tensor("t", 8, 0).data(32)) == "no error");
}
