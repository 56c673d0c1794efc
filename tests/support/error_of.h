// What reading a broken file says.
#pragma once

#include <string>

#include "core/error.h"
#include "core/files.h"
#include "support/temporary_directory.h"

namespace llmops::test {

/// @param open  is called with the path of a file `name` of these bytes
/// @returns the message of the InputError it throws; "no error" where there is none
template <typename Open>
std::string error_of(const std::string& name, const std::string& bytes, Open open) {
  const TemporaryDirectory folder;
  const fs::path path = folder.path() / name;
  write_file_atomic(path, bytes);
  try {
    open(path);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace llmops::test
