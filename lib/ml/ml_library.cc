// Opening libllmops_ml.so.
#include "core/own_library.h"
#include "ml/ml_table.h"

namespace llmops::ml {

const MlTable& ml() {
  static const void* const table =
      open_own_library({"libllmops_ml.so", "LLMOPS_ML_LIBRARY", "llmops_ml_table", "llmops_ml_library", kMlAbiVersion});
  return *static_cast<const MlTable*>(table);
}

}  // namespace llmops::ml
