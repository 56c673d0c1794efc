// Every byte of small valid files is changed and every length is tried: each must read, or say what is wrong.
#include <fstream>
#include <random>

#include "core/error.h"
#include "core/files.h"
#include "model/checkpoint.h"
#include "model/gguf.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace llmops;
using namespace llmops::model;

namespace {

struct Outcome {
  int read = 0, refused = 0;
};

/// Reads every tensor's bytes, so that a view outside its file would be seen.
void try_open(const fs::path& path, Outcome& outcome) {
  try {
    const Checkpoint file = Checkpoint::open(path);
    for (const TensorView& view : file.tensors()) to_float32(view);
    ++outcome.read;
  } catch (const InputError& error) {
    CHECK(std::string(error.what()).find(path.filename().string()) != std::string::npos);
    ++outcome.refused;
  }
}

void write(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

/// @param most  positions to try; longer files are sampled at even distances
Outcome damage(const std::string& whole, const fs::path& path, std::size_t most) {
  Outcome outcome;
  const std::size_t step = std::max<std::size_t>(1, whole.size() / most);
  std::mt19937 random(17);
  for (std::size_t at = 0; at < whole.size(); at += step) {
    write(path, whole.substr(0, at));
    try_open(path, outcome);
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ static_cast<char>(1U << random() % 8));
    write(path, changed);
    try_open(path, outcome);
    changed[at] = '\xff';
    write(path, changed);
    try_open(path, outcome);
  }
  return outcome;
}

}  // namespace

TEST_CASE("a damaged file reads or is refused by name, at every byte", "[model]") {
  const std::pair<const char*, std::size_t> files[] = {
      {"pytorch/parameter.pt", 600}, {"pytorch/stream.bin", 600}, {"pytorch/wrapped.safetensors", 600},
      {"numpy/fortran.npy", 600},    {"numpy/packed.npz", 600},   {"numpy/stored.npz", 600},
      {"gguf/tiny.gguf", 600},       {"pytorch/zip.bin", 600},
  };
  for (const auto& [name, most] : files) {
    INFO(name);
    const fs::path source = fs::path(LLMOPS_SOURCE_DIR "/tests/golden") / name;
    const test::TemporaryDirectory folder;
    const Outcome outcome = damage(read_file(source), folder.path() / source.filename(), most);
    CHECK(outcome.refused > 0);
    CHECK(outcome.read > 0);  // a changed weight is still a weight
  }
}
