#include "infer/open_engine.h"

#include "infer/step_engine.h"

namespace llmops::infer {

std::unique_ptr<Engine> open_engine(const EngineOptions& options) {
  return std::make_unique<StepEngine>(load_engine_model(options), options);
}

}  // namespace llmops::infer
