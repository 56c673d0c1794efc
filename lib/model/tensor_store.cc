#include "model/tensor_store.h"

#include <array>
#include <cstring>
#include <fstream>

#include "model/gguf.h"
#include "model/safetensors_header.h"

namespace llmops::model {
namespace {

using namespace std::string_view_literals;

struct Signature {
  std::string_view begin;
  TensorStore (*read)(const fs::path&);
};

/// An .npz and a .pt are both zip files.
TensorStore read_zip(const fs::path& path) {
  return path.extension() == ".npz" ? read_numpy_file(path) : read_torch_file(path);
}

constexpr Signature kSignatures[] = {
    {"GGUF"sv, read_gguf_tensors},    {"PK\x03\x04"sv, read_zip},
    {"PK\x05\x06"sv, read_zip},  // an archive without members
    {"\x93NUMPY"sv, read_numpy_file}, {"\x80\x02"sv, read_torch_file},
    {"\x80\x03"sv, read_torch_file},  {"\x80\x04"sv, read_torch_file},
    {"\x80\x05"sv, read_torch_file},
};

/// A safetensors file begins with the length of its header, of which those bytes would make over 100 MB where they are
/// not followed by the length's upper zeros.
bool looks_like_safetensors(std::string_view begin) { return begin.size() >= 9 && begin.substr(4, 4) == "\0\0\0\0"sv; }

std::string first_bytes(const fs::path& path) {
  std::array<char, 16> bytes{};
  std::ifstream in(path, std::ios::binary);
  in.read(bytes.data(), bytes.size());
  return {bytes.data(), static_cast<std::size_t>(in.gcount())};
}

}  // namespace

TensorStore read_safetensors(const fs::path& path) {
  TensorStore store{"safetensors", {}, {}, {}};
  const MappedFile& file = store.keep<MappedFile>(std::make_shared<MappedFile>(path));
  SafetensorsHeader header = parse_safetensors_header(file.bytes(), path.string());
  store.tensors = std::move(header.tensors);
  store.metadata = std::move(header.metadata);
  return store;
}

TensorStore read_gguf_tensors(const fs::path& path) {
  TensorStore store{"gguf", {}, {}, {}};
  store.tensors = store.keep<Gguf>(std::make_shared<Gguf>(Gguf::open(path))).tensors();
  return store;
}

TensorStore read_tensors(const fs::path& path) {
  const std::string begin = first_bytes(path);
  if (!looks_like_safetensors(begin)) {
    for (const Signature& signature : kSignatures) {
      if (begin.starts_with(signature.begin)) return signature.read(path);
    }
  }
  return read_safetensors(path);
}

}  // namespace llmops::model
