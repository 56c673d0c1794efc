// What the fuzz targets share: a file for readers of files, and which errors are allowed.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "core/error.h"

namespace llmops::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// A folder in memory with the input under `name`; the same one for every input of a process.
inline std::filesystem::path input_file(const std::uint8_t* data, std::size_t size, const std::string& name) {
  static const std::filesystem::path folder = "/dev/shm/llmops-fuzz-" + std::to_string(::getpid());
  std::filesystem::create_directories(folder);
  std::ofstream(folder / name, std::ios::binary)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  return folder / name;
}

/// Typed errors are what bad input is to end in; anything else is a finding.
template <typename Function>
int expect_typed_errors(Function&& function) {
  try {
    function();
  } catch (const Error&) {
  }
  return 0;
}

}  // namespace llmops::fuzz
