// Reading .npy and .npz.
#include <fmt/format.h>

#include "core/error.h"
#include "model/npy_header.h"
#include "model/strided_view.h"
#include "model/tensor_store.h"
#include "model/zip_archive.h"

namespace llmops::model {
namespace {

constexpr std::string_view kSuffix = ".npy";
/// Compressed members are unpacked in memory: a bound on what an archive of zeros can take.
constexpr std::uint64_t kMaxUnpacked = std::uint64_t{4} << 30;

/// Strides of an array whose first axis is the fastest.
std::vector<std::int64_t> fortran_strides(const std::vector<std::int64_t>& shape) {
  std::vector<std::int64_t> strides;
  std::int64_t stride = 1;
  for (const std::int64_t size : shape) {
    strides.push_back(stride);
    stride *= size;
  }
  return strides;
}

void add_array(TensorStore& store, const std::string& name, std::span<const std::byte> file,
               const std::string& origin) {
  NpyHeader header = parse_npy_header(file, origin);
  const auto elements = checked_elements(header.shape);
  const std::span<const std::byte> data = file.subspan(header.size);
  if (!elements || tensor_bytes(header.dtype, *elements) != data.size()) {
    throw InputError(fmt::format("{}: {} bytes of data do not fit the shape in the header", origin, data.size()),
                     "the file may be cut short; fetch it again");
  }
  if (!header.fortran_order || *elements == 0) {
    store.tensors.push_back({name, header.dtype, std::move(header.shape), data});
    return;
  }
  const std::vector<std::int64_t> strides = fortran_strides(header.shape);
  StridedReader reader(store, data.size());
  store.tensors.push_back(reader.view(name, header.dtype, data, 0, std::move(header.shape), strides, origin));
}

void add_archive(TensorStore& store, const fs::path& path) {
  const auto& archive = store.keep<ZipArchive>(std::make_shared<const ZipArchive>(path));
  std::uint64_t left = kMaxUnpacked;
  for (const ZipMember& member : archive.members()) {
    const std::string origin = fmt::format("{}: member '{}'", path.string(), member.name);
    if (!member.name.ends_with(kSuffix)) throw InputError(origin + " is not an .npy file");
    const std::string name = member.name.substr(0, member.name.size() - kSuffix.size());
    if (member.is_stored()) {
      add_array(store, name, archive.stored(member), origin);
      continue;
    }
    const auto content = std::make_shared<const std::vector<std::byte>>(archive.read(member, left));
    left -= content->size();
    add_array(store, name, store.keep<std::vector<std::byte>>(content), origin);
  }
}

}  // namespace

TensorStore read_numpy_file(const fs::path& path) {
  TensorStore store{"numpy", {}, {}, {}};
  const auto file = std::make_shared<const MappedFile>(path);
  if (file->text().starts_with("PK")) {
    add_archive(store, path);
  } else {
    add_array(store, path.stem().string(), store.keep<MappedFile>(file).bytes(), path.string());
  }
  return store;
}

}  // namespace llmops::model
