#include "model/numpy_writer.h"

#include <fmt/format.h>

#include <set>

#include "core/error.h"
#include "core/files.h"
#include "model/npy_header.h"
#include "model/zip_writer.h"

namespace llmops::model {

void write_npy(const std::filesystem::path& path, const LazyTensorToWrite& tensor) {
  const std::string header = make_npy_header(tensor.dtype, tensor.shape);
  const std::vector<std::byte> bytes = checked_bytes(tensor);
  AtomicFile file(path);
  file.write(header);
  file.write(std::span<const std::byte>(bytes));
  file.commit();
}

void write_npz(const std::filesystem::path& path, const std::vector<LazyTensorToWrite>& tensors) {
  ZipWriter archive(path);
  std::set<std::string> names;
  for (const LazyTensorToWrite& tensor : tensors) {
    if (!names.insert(tensor.name).second) throw InputError(fmt::format("tensor '{}' is given twice", tensor.name));
    constexpr std::size_t kMaxName = 1024;
    if (tensor.name.empty() || tensor.name.size() > kMaxName)
      throw InputError(fmt::format("tensor name of {} bytes, expected 1 to {}", tensor.name.size(), kMaxName));
    const std::string header = make_npy_header(tensor.dtype, tensor.shape);
    const std::vector<std::byte> bytes = checked_bytes(tensor);
    archive.add(tensor.name + ".npy", {std::as_bytes(std::span(header)), bytes});
  }
  archive.commit();
}

}  // namespace llmops::model
