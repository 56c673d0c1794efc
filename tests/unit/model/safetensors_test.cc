// safetensors: files of the reference library, our own, shards, and files that lie.
#include "model/safetensors.h"

#include <cstring>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "support/catch.h"
#include "support/error_of.h"
#include "support/temporary_directory.h"

using namespace llmops;
using namespace llmops::model;
using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;

namespace {

/// A file with this header and so many zero bytes of data.
std::string file_text(const std::string& header, std::size_t data_bytes) {
  const std::uint64_t length = header.size();
  return std::string(reinterpret_cast<const char*>(&length), sizeof length) + header + std::string(data_bytes, '\0');
}

std::string error_of(const std::string& bytes) { return test::error_of("bad.safetensors", bytes, Checkpoint::open); }

std::string entry(const std::string& dtype, const std::string& shape, const std::string& offsets) {
  return R"({"w":{"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}";
}

TensorToWrite floats(const std::string& name, std::vector<std::int64_t> shape, const std::vector<float>& values) {
  return {name, DType::kF32, std::move(shape), std::as_bytes(std::span(values))};
}

}  // namespace

TEST_CASE("a file of the reference library is read", "[model]") {
  const auto file = Checkpoint::open(LLMOPS_SOURCE_DIR "/tests/golden/gguf/tiny.expected.safetensors");
  CHECK(file.metadata().at("format") == "pt");
  CHECK(file.tensors().size() == 20);
  CHECK(file.get("model.norm.weight").dtype == DType::kBF16);
  CHECK(file.get("model.layers.0.self_attn.k_proj.weight").shape == std::vector<std::int64_t>{32, 64});
  CHECK(file.find("lm_head.weight") == nullptr);
  CHECK_THROWS_WITH(file.get("model.norm.weigth"), EndsWith("tensor 'model.norm.weigth' is missing"));
}

TEST_CASE("what is written is read back, in whatever order it was given", "[model]") {
  const test::TemporaryDirectory folder;
  const std::vector<float> a{1, 2, 3, 4, 5, 6};
  const std::vector<float> b{7};
  const std::vector<std::uint16_t> c{1, 2};
  const TensorToWrite half{"c", DType::kBF16, {2}, std::as_bytes(std::span(c))};
  write_safetensors(folder.path() / "one", "model", {half, floats("b", {}, b), floats("a", {2, 3}, a)});
  write_safetensors(folder.path() / "two", "model", {floats("a", {2, 3}, a), half, floats("b", {}, b)});
  CHECK(read_file(folder.path() / "one/model.safetensors") == read_file(folder.path() / "two/model.safetensors"));
  const auto file = Checkpoint::open(folder.path() / "one");
  std::vector<float> out(6);
  to_float32(file.get("a"), out);
  CHECK(out == a);
  CHECK(file.get("b").shape.empty());
  CHECK(file.tensors().front().name == "a");
  CHECK(file.tensors().back().name == "c");
}

TEST_CASE("large checkpoints are cut into shards with an index", "[model]") {
  const test::TemporaryDirectory folder;
  const std::vector<float> a(10, 1.0F);
  const std::vector<float> b(10, 2.0F);
  write_safetensors(folder.path(), "model", {floats("a", {10}, a), floats("b", {10}, b)}, {}, 50);
  CHECK_FALSE(fs::exists(folder.path() / "model.safetensors"));
  CHECK(fs::exists(folder.path() / "model-00002-of-00002.safetensors"));
  const Json index = read_json_file(folder.path() / "model.safetensors.index.json");
  CHECK(index["metadata"]["total_size"] == 80);
  std::vector<float> out(10);
  to_float32(Checkpoint::open(folder.path()).get("b"), out);
  CHECK(out == b);

  fs::remove(folder.path() / "model-00002-of-00002.safetensors");
  CHECK_THROWS_AS(Checkpoint::open(folder.path()), NotFoundError);
}

TEST_CASE("an index cannot lead out of its folder", "[model]") {
  const test::TemporaryDirectory folder;
  write_file_atomic(folder.path() / "model.safetensors.index.json",
                    R"({"weight_map": {"w": "../secret.safetensors"}})");
  CHECK_THROWS_WITH(Checkpoint::open(folder.path()), Contains("expected the name of a file beside the index"));
}

TEST_CASE("a folder without weights says what was looked for", "[model]") {
  const test::TemporaryDirectory folder;
  CHECK_THROWS_AS(Checkpoint::open(folder.path()), NotFoundError);
}

TEST_CASE("headers that lie are errors with their tensor", "[model]") {
  CHECK_THAT(error_of(""), Contains("0 bytes is too short"));
  CHECK_THAT(error_of("abc"), Contains("3 bytes is too short"));
  CHECK_THAT(error_of(std::string(8, '\xff')), Contains("the header claims 18446744073709551615 bytes"));
  CHECK_THAT(error_of(file_text("{", 0)), Contains("header"));
  CHECK_THAT(error_of(file_text("[]", 0)), Contains("not a JSON object"));
  CHECK_THAT(error_of(file_text(R"({"w":3})", 0)), Contains("tensor 'w': expected 'dtype'"));
  CHECK_THAT(error_of(file_text(entry("F8_E4M3", "[4]", "[0,4]"), 4)), Contains("dtype 'F8_E4M3' is not supported"));
  CHECK_THAT(error_of(file_text(entry("F32", "[4]", "[0,16]"), 15)),
             Contains("bytes 0 to 16 lie outside the data, which has 15"));
  CHECK_THAT(error_of(file_text(entry("F32", "[3]", "[0,16]"), 16)), Contains("16 bytes, expected 12 for its shape"));
  CHECK_THAT(error_of(file_text(entry("F32", "[4]", "[16,0]"), 16)), Contains("bytes 16 to 0"));
  CHECK_THAT(error_of(file_text(entry("F32", "[-4]", "[0,16]"), 16)), Contains("a size in 'shape' is -4"));
  CHECK_THAT(error_of(file_text(entry("F32", "[1.5]", "[0,16]"), 16)), Contains("is 1.5, expected a count"));
  CHECK_THAT(error_of(file_text(entry("F32", "[4294967296,4294967296,4]", "[0,16]"), 16)),
             Contains("'shape' overflows"));
  CHECK_THAT(error_of(file_text(entry("F32", "[4]", "[0,16]"), 20)), Contains("its tensors take 16"));
  CHECK_THAT(error_of(file_text(entry("F32", "[4]", "[4,20]"), 20)),
             Contains("begins at byte 4 of the data, expected 0 (gap)"));
  const std::string two =
      R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}})";
  CHECK_THAT(error_of(file_text(two, 6)), Contains("tensor 'b' begins at byte 2 of the data, expected 4 (overlap)"));
}

TEST_CASE("the writer refuses what it cannot write", "[model]") {
  const test::TemporaryDirectory folder;
  const std::vector<float> a{1, 2};
  CHECK_THROWS_WITH(write_safetensors(folder.path(), "model", {floats("a", {2}, a), floats("a", {2}, a)}),
                    "tensor 'a' is given twice");
  CHECK_THROWS_WITH(write_safetensors(folder.path(), "model", {floats("a", {3}, a)}),
                    "tensor 'a' has 8 bytes, expected 12 for its shape");
  CHECK(fs::is_empty(folder.path()));
}
