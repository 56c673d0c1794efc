// Where a file of torch.save keeps its pickle and the storages that the pickle refers to.
#pragma once

#include <optional>
#include <unordered_map>

#include "model/pickle.h"
#include "model/tensor_store.h"
#include "model/zip_archive.h"

namespace llmops::model {

struct TorchStorage {
  DType dtype = DType::kF32;
  std::span<const std::byte> bytes;
};

class TorchStorages {
 public:
  /// @throws InputError  for a file that torch.save did not write, that is big-endian, or that lies about its sizes
  TorchStorages(const fs::path& path, TensorStore& store);

  const Pickle& pickle() const { return *pickle_; }
  /// @param persistent  of the pickle: ("storage", class, key, location, elements)
  TorchStorage find(const PickleValue& persistent) const;

 private:
  struct Identity {
    DType dtype;
    std::string key;
    std::uint64_t elements;
    std::optional<std::pair<std::uint64_t, std::uint64_t>> view;  ///< offset and elements, where it is a part of one
  };
  static Identity identify(const Pickle& pickle, const PickleValue& persistent);

  void open_zip(const fs::path& path, TensorStore& store);
  void open_stream(std::span<const std::byte> file);

  std::string origin_;
  const ZipArchive* archive_ = nullptr;  ///< kept by the store; null for a stream
  std::string prefix_;                   ///< of the archive's members: "archive/"
  std::optional<Pickle> pickle_;
  std::unordered_map<std::string, std::span<const std::byte>> parts_;  ///< storages of a stream
};

}  // namespace llmops::model
