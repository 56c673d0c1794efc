// What engines do where they do not say otherwise.
#include "infer/engine.h"

#include "core/error.h"

namespace llmops::infer {

int Engine::add_adapter(const std::string& path) {
  throw UsageError("this engine takes no further adapters, such as '" + path + "'");
}

}  // namespace llmops::infer
