// Files of torch.save: read as tensors, and never as code.
#include <algorithm>

#include "core/error.h"
#include "core/files.h"
#include "model/checkpoint.h"
#include "model/model_files.h"
#include "support/catch.h"
#include "support/error_of.h"
#include "support/temporary_directory.h"

using namespace llmops;
using namespace llmops::model;
using Catch::Matchers::Contains;

namespace {

fs::path golden(const std::string& name) { return fs::path(LLMOPS_SOURCE_DIR "/tests/golden/pytorch") / name; }

void check_same(const Checkpoint& found, const Checkpoint& expected) {
  CHECK(found.tensors().size() == expected.tensors().size());
  for (const TensorView& view : expected.tensors()) {
    INFO(view.name);
    const TensorView& other = found.get(view.name);
    CHECK(other.dtype == view.dtype);
    CHECK(other.shape == view.shape);
    CHECK(std::equal(other.bytes.begin(), other.bytes.end(), view.bytes.begin(), view.bytes.end()));
  }
}

std::string error_of(const std::string& bytes) { return test::error_of("bad.bin", bytes, Checkpoint::open); }

/// A pickle of protocol 2 with these opcodes.
std::string pickle(const std::string& opcodes) { return "\x80\x02" + opcodes + "."; }

std::string u32(std::uint32_t value) { return {reinterpret_cast<const char*>(&value), sizeof value}; }
std::string text(const std::string& value) { return "X" + u32(static_cast<std::uint32_t>(value.size())) + value; }

/// The beginning of a stream, as old versions of torch.save wrote it.
std::string stream(const std::string& state_dict) {
  const std::string magic("\x8a\x0al\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 12);
  return pickle(magic) + pickle("M\xe9\x03") + pickle("}") + state_dict;
}

}  // namespace

TEST_CASE("every layout of torch.save gives the tensors that safetensors holds", "[model]") {
  const Checkpoint expected = Checkpoint::open(golden("expected.safetensors"));
  for (const char* name : {"zip.bin", "stream.bin", "protocol5.bin", "sharded"}) {
    INFO(name);
    const Checkpoint found = Checkpoint::open(golden(name));
    CHECK(found.format() == "pytorch");
    check_same(found, expected);
  }
}

TEST_CASE("weights are found inside a training checkpoint and as parameters", "[model]") {
  check_same(Checkpoint::open(golden("wrapped.pt")), Checkpoint::open(golden("wrapped.safetensors")));
  const Checkpoint parameter = Checkpoint::open(golden("parameter.pt"));
  CHECK(parameter.get("weight").shape == std::vector<std::int64_t>{2, 3});
}

TEST_CASE("a pickle that would run something is refused by its name and offset", "[model]") {
  for (const char* name : {"hostile.pt", "hostile.pkl"}) {
    INFO(name);
    CHECK_THROWS_WITH(Checkpoint::open(golden(name)),
                      Contains("offset") && Contains("the pickle names 'posix.system'"));
  }
  CHECK_THROWS_WITH(Checkpoint::open(golden("expanded.pt")), Contains("tensor 'weight': its elements overlap"));
}

TEST_CASE("opcodes that lie are errors with their offset", "[model]") {
  CHECK_THAT(error_of("\x80\x02"), Contains("offset 2: 1 bytes are needed, 0 are left"));
  CHECK_THAT(error_of(pickle("X\xff\xff\xff\xff")), Contains("4294967295 bytes are needed"));
  CHECK_THAT(error_of(pickle("X" + u32(1) + "\xff")), Contains("a string that is not UTF-8"));
  CHECK_THAT(error_of(pickle("0")), Contains("the stack is empty"));
  CHECK_THAT(error_of(pickle("t")), Contains("no mark on the stack"));
  CHECK_THAT(error_of(pickle("h\x07")), Contains("memo 7 was never set"));
  CHECK_THAT(error_of(pickle("](K\x01"
                             "e.")),
             Contains("not a file that torch.save wrote"));
  CHECK_THAT(error_of(pickle("}(K\x01u")), Contains("a key without a value"));
  CHECK_THAT(error_of(pickle("NK\x01"
                             "a")),
             Contains("expected a list on the stack"));
  CHECK_THAT(error_of(pickle("ccollections\nOrderedDict\n}R")), Contains("arguments of a call are not a tuple"));
  CHECK_THAT(error_of(pickle("K\x01)R")), Contains("a call of something that is not a name"));
  CHECK_THAT(error_of(pickle("cbuiltins\neval\n")), Contains("the pickle names 'builtins.eval'"));
  CHECK_THAT(error_of(pickle("ctorch.storage\n_load_from_bytes\n")), Contains("'torch.storage._load_from_bytes'"));
  CHECK_THAT(error_of(pickle("i")), Contains("pickle opcode 0x69"));
  // Nested a hundred thousand deep, and a list inside itself.
  CHECK_THAT(error_of(pickle(std::string(100'000, ']') + std::string(99'999, 'a'))), Contains("not a file that"));
  CHECK_THAT(error_of(pickle("]q\x01h\x01"
                             "a")),
             Contains("not a file that"));
}

TEST_CASE("storages of a stream are checked against the file", "[model]") {
  const std::string storage = "(" + text("storage") + "ctorch\nFloatStorage\n" + text("0") + text("cpu") + "K\x02NtQ";
  const auto dict = [&](const std::string& offset, const std::string& size, const std::string& stride) {
    return pickle("}" + text("w") + "ctorch._utils\n_rebuild_tensor_v2\n(" + storage + offset + size + stride +
                  "\x89Nt"
                  "Rs") +
           pickle("]" + text("0") + "a");
  };
  const std::string data = std::string("\x02\0\0\0\0\0\0\0", 8) + std::string(8, '\0');
  CHECK(error_of(stream(dict(std::string("K\0", 2), "K\x02\x85", "K\x01\x85") + data)) == "no error");
  CHECK_THAT(error_of(stream(dict("K\x01", "K\x02\x85", "K\x01\x85") + data)),
             Contains("reaches beyond its storage of 2"));
  CHECK_THAT(error_of(stream(dict(std::string("K\0", 2), "K\x02\x85", "J\xff\xff\xff\xff\x85") + data)),
             Contains("tensor 'w': a negative offset or stride"));
  CHECK_THAT(error_of(stream(dict(std::string("K\0", 2), "J\xff\xff\xff\xff\x85", "K\x01\x85") + data)),
             Contains("a size is negative or overflows"));
  CHECK_THAT(
      error_of(stream(dict(std::string("K\0", 2), "\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f\x85", "K\x01\x85") + data)),
      Contains("a size is negative or overflows"));
  CHECK_THAT(error_of(stream(dict(std::string("K\0", 2), "K\x02\x85", "K\x01K\x01\x86") + data)),
             Contains("1 sizes and 2 strides"));
  CHECK_THAT(error_of(stream(dict(std::string("K\0", 2), "K\x02\x85", "K\x01\x85") + data.substr(0, 15))),
             Contains("storage '0' of 2 elements, expected 2, in 7 bytes"));
}

TEST_CASE("a folder with pickled weights alone is copied with safetensors", "[model]") {
  const test::TemporaryDirectory folder;
  copy_model_files(golden("llama-bin"), folder.path(), /*link=*/false);
  CHECK(fs::exists(folder.path() / "model.safetensors"));
  CHECK_FALSE(fs::exists(folder.path() / "pytorch_model.bin.index.json"));
  check_same(Checkpoint::open(folder.path()), Checkpoint::open(golden("llama-safetensors")));
  CHECK_NOTHROW(check_model_folder(folder.path()));
  CHECK_FALSE(is_pickled_weights("../pytorch_model.bin"));
  CHECK_FALSE(is_pickled_weights("training_args.bin"));
}
