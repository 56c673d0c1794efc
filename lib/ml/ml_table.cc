// The table that libllmops_ml.so hands to the binary. Compiled into the library itself.
#include "ml/ml_table.h"

#include <ATen/Version.h>
#include <c10/util/Exception.h>
#include <torch/version.h>

#include "core/error.h"

namespace llmops::ml {
namespace {

/// libtorch's own errors carry a stack trace for programmers; the program's are typed and end in one line.
template <typename Result, typename... Arguments, typename... Given>
Result guarded(Result (*function)(Arguments...), Given&&... given) {
  try {
    return function(std::forward<Given>(given)...);
  } catch (const c10::OutOfMemoryError& error) {
    throw SystemError(error.what_without_backtrace(), "close other programs, or use a smaller model or batch");
  } catch (const c10::Error& error) {
    throw SystemError(std::string("libtorch: ") + error.what_without_backtrace());
  }
}

const MlTable kTable = {
    kMlAbiVersion,
    "libtorch " TORCH_VERSION,
    [](const infer::EmbedderOptions& options) { return guarded(infer::open_embedder, options); },
    [](const train::FinetuneRecipe& recipe, const train::FinetuneHooks& hooks) {
      return guarded(train::finetune_lora, recipe, hooks);
    },
};

}  // namespace
}  // namespace llmops::ml

/// The one name looked up in this library.
extern "C" __attribute__((visibility("default"))) const llmops::ml::MlTable* llmops_ml_table() {
  return &llmops::ml::kTable;
}
