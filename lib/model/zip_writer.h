// Writing a zip file of stored members, front to back; zip64 where a size or an offset needs it.
#pragma once

#include <string>
#include <vector>

#include "core/files.h"
#include "model/zip_archive.h"

namespace llmops::model {

class ZipWriter {
 public:
  explicit ZipWriter(const fs::path& path) : file_(path) {}

  /// @param parts  the content, one after another
  void add(const std::string& name, std::initializer_list<std::span<const std::byte>> parts);
  /// Writes the directory; the file appears now.
  void commit();

 private:
  AtomicFile file_;
  std::vector<ZipMember> members_;
};

}  // namespace llmops::model
