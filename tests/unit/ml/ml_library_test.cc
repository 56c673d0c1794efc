// The seam to libtorch: finding the library, and errors that cross it.
#include "ml/ml_table.h"

#include <cstdlib>
#include <filesystem>

#include "core/error.h"
#include "support/catch.h"

namespace llmops::ml {

TEST_CASE("a missing library is named with the places where it was looked for", "[ml]") {
  ::setenv("LLMOPS_ML_LIBRARY", "/nonexistent/libllmops_ml.so", 1);
  CHECK_THROWS_WITH(ml(), "libllmops_ml.so was not found at /nonexistent/libllmops_ml.so");
  ::unsetenv("LLMOPS_ML_LIBRARY");
}

TEST_CASE("typed errors cross the library's border", "[ml]") {
  const auto library = std::filesystem::path(LLMOPS_BINARY_DIR) / "libllmops_ml.so";
  if (!std::filesystem::exists(library)) {
    WARN("skipped: libllmops_ml.so is not built");
    return;
  }
  ::setenv("LLMOPS_ML_LIBRARY", library.c_str(), 1);
  CHECK(ml().abi_version == kMlAbiVersion);
  CHECK(std::string(ml().description).starts_with("libtorch "));
  infer::EmbedderOptions options;
  options.model = "/nonexistent/model";
  CHECK_THROWS_AS(ml().open_embedder(options), NotFoundError);
  options.device = "cuda:1";
  CHECK_THROWS_AS(ml().open_embedder(options), UsageError);
}

}  // namespace llmops::ml
