// Opening libllmops_pdf.so by the first PDF, and reading through it.
#include "data/read/pdf.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <filesystem>

#include "core/error.h"
#include "data/read/pdf_library.h"

namespace llmops::data {

namespace {

namespace fs = std::filesystem;

constexpr const char* kFileName = "libllmops_pdf.so";

// Beside the executable, or where `cmake --install` puts libraries.
LlmopsReadPdf open_library() {
  std::error_code ignored;
  const fs::path here = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  for (const fs::path& path : {here / kFileName, here.parent_path() / "lib" / kFileName}) {
    if (!fs::exists(path, ignored)) continue;
    void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    void* function = library == nullptr ? nullptr : dlsym(library, "llmops_read_pdf");
    if (function != nullptr) return reinterpret_cast<LlmopsReadPdf>(function);
    throw SystemError(fmt::format("cannot open {}: {}", path.string(), dlerror()),
                      "build the binary and the library together, or install them with: cmake --install build/release");
  }
  throw SystemError(fmt::format("{} was not found beside the program", kFileName),
                    "build the target llmops_pdf_library");
}

}  // namespace

std::string pdf_text(std::string_view bytes, std::string_view name) {
  static const LlmopsReadPdf read_pdf = open_library();  // never closed
  std::vector<std::string> pages;
  const auto take = [](void* context, const char* text, std::size_t size) {
    static_cast<std::vector<std::string>*>(context)->emplace_back(text, size);
  };
  switch (read_pdf(bytes.data(), bytes.size(), &pages, take)) {
    case kLlmopsPdfRead: return join_pdf_pages(pages);
    case kLlmopsPdfLocked:
      throw InputError(fmt::format("'{}' needs a password", name), "remove it, for example with: qpdf --decrypt");
    case kLlmopsPdfBroken: break;
  }
  throw InputError(fmt::format("'{}' is no PDF that can be read", name));
}

}  // namespace llmops::data
