// Finding and opening libllmops_ml.so.
#include <dlfcn.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

#include "core/error.h"
#include "ml/ml_table.h"

namespace llmops::ml {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFileName = "libllmops_ml.so";

/// LLMOPS_ML_LIBRARY alone where it is set; else beside the executable, and where `cmake --install` puts libraries.
std::vector<fs::path> places() {
  if (const char* given = std::getenv("LLMOPS_ML_LIBRARY"); given != nullptr && *given != '\0') return {given};
  std::error_code error;
  const fs::path here = fs::read_symlink("/proc/self/exe", error).parent_path();
  return {here / kFileName, here.parent_path() / "lib" / kFileName};
}

fs::path find_library() {
  std::vector<std::string> tried;
  for (const fs::path& place : places()) {
    if (fs::exists(place)) return place;
    tried.push_back(place.string());
  }
  throw SystemError(fmt::format("{} was not found at {}", kFileName, fmt::join(tried, " or ")),
                    "set LLMOPS_ML_LIBRARY to its path, or build the target llmops_ml_library");
}

/// All names are bound at once: one that is missing shows here, not in the middle of a run.
const MlTable& open_library() {
  const fs::path path = find_library();
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    throw SystemError(fmt::format("cannot open {}: {}", path.string(), dlerror()),
                      "build the binary and the library together, or install them with: cmake --install build/release");
  }
  using Entry = const MlTable* (*)();
  const auto entry = reinterpret_cast<Entry>(dlsym(library, "llmops_ml_table"));
  const MlTable* table = entry == nullptr ? nullptr : entry();
  if (table == nullptr || table->abi_version != kMlAbiVersion) {
    const int found = table == nullptr ? 0 : table->abi_version;
    throw SystemError(
        fmt::format("{} is of another build: interface {}, this binary has {}", path.string(), found, kMlAbiVersion),
        "build the binary and the library together");
  }
  return *table;
}

}  // namespace

const MlTable& ml() {
  static const MlTable& table = open_library();  // never closed: libtorch does not survive that
  return table;
}

}  // namespace llmops::ml
