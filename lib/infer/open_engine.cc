#include "infer/open_engine.h"

#include "infer/draft_model.h"
#include "infer/step_engine.h"

namespace llmops::infer {

std::unique_ptr<Engine> open_engine(const EngineOptions& options) {
  EngineModel model = load_engine_model(options);
  if (!options.draft_model.empty()) model.draft = load_draft_model(options, *model.decoder, *model.tokenizer);
  return std::make_unique<StepEngine>(std::move(model), options);
}

}  // namespace llmops::infer
