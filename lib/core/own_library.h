// Shared libraries of this program, opened on first use: what the binary itself would start too slowly with.
#pragma once

#include <string>

namespace llmops {

struct OwnLibrary {
  std::string file;         ///< "libllmops_ml.so"
  std::string environment;  ///< variable that names another place; alone where it is set
  std::string entry;    ///< function that returns the library's table, a struct that begins with its `int abi_version`
  std::string target;   ///< what to build when it is missing
  int abi_version = 0;  ///< what this binary was built with
};

/// Opens the library beside the executable, or in ../lib where `cmake --install` puts it. It is never closed: libtorch
/// does not survive that. Not cached: keep what is returned.
/// @returns the table
/// @throws SystemError  when it is missing or of another build, saying where it was looked for
const void* open_own_library(const OwnLibrary& library);

}  // namespace llmops
