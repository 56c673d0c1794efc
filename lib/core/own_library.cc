// Finding and opening the program's own shared libraries.
#include "core/own_library.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

#include "core/error.h"

namespace llmops {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> places(const OwnLibrary& library) {
  const char* given = std::getenv(library.environment.c_str());
  if (given != nullptr && *given != '\0') return {given};
  std::error_code error;
  const fs::path here = fs::read_symlink("/proc/self/exe", error).parent_path();
  return {here / library.file, here.parent_path() / "lib" / library.file};
}

fs::path find(const OwnLibrary& library) {
  std::vector<std::string> tried;
  for (const fs::path& place : places(library)) {
    if (fs::exists(place)) return place;
    tried.push_back(place.string());
  }
  throw SystemError(fmt::format("{} was not found at {}", library.file, fmt::join(tried, " or ")),
                    fmt::format("set {} to its path, or build the target {}", library.environment, library.target));
}

}  // namespace

const void* open_own_library(const OwnLibrary& library) {
  const fs::path path = find(library);
  // All names are bound at once: one that is missing shows here, not in the middle of a run.
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    throw SystemError(fmt::format("cannot open {}: {}", path.string(), dlerror()),
                      "build the binary and the library together, or install them with: cmake --install build/release");
  }
  using Entry = const void* (*)();
  const auto entry = reinterpret_cast<Entry>(dlsym(handle, library.entry.c_str()));
  const void* table = entry == nullptr ? nullptr : entry();
  const int found = table == nullptr ? 0 : *static_cast<const int*>(table);
  if (found != library.abi_version) {
    throw SystemError(fmt::format("{} is of another build: interface {}, this binary has {}", path.string(), found,
                                  library.abi_version),
                      "build the binary and the library together");
  }
  return table;
}

}  // namespace llmops
