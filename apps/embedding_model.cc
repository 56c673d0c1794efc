#include "apps/embedding_model.h"

#include <fmt/format.h>

#include "core/files.h"
#include "core/uri.h"
#include "model/model_source.h"

namespace llmops::apps {

std::string embedding_folder(const std::string& model, Context& context) {
  if (parse_uri(model).kind == Uri::Kind::kPath && fs::is_directory(model)) return model;
  const model::ModelSource source = model::resolve_model(context.registry_to_read(), model);
  if (source.kind == "model") return source.model_path.string();
  throw UsageError(fmt::format("'{}' is not an embedding model in Hugging Face layout", model), "give its folder");
}

}  // namespace llmops::apps
