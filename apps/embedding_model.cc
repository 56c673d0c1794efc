#include "apps/embedding_model.h"

#include <fmt/format.h>

#include "core/files.h"
#include "core/uri.h"
#include "ml/ml_table.h"
#include "model/model_source.h"
#include "registry/file_hashes.h"

namespace llmops::apps {

std::string embedding_folder(const std::string& model, Context& context) {
  if (parse_uri(model).kind == Uri::Kind::kPath && fs::is_directory(model)) return model;
  const model::ModelSource source = model::resolve_model(context.registry_to_read(), model);
  if (source.kind == "model") return source.model_path.string();
  throw UsageError(fmt::format("'{}' is not an embedding model in Hugging Face layout", model), "give its folder");
}

data::TextEmbedder open_text_embedder(const std::string& model, Context& context) {
  infer::EmbedderOptions options;
  options.model = embedding_folder(model, context);
  options.device = context.engine_device();
  options.threads = context.threads;
  const std::shared_ptr<infer::Embedder> embedder = ml::ml().open_embedder(options);
  return {registry::hash_path(context.registry(), options.model),
          [embedder](std::span<const std::string> texts) { return embedder->embed(texts); }, options.model};
}

}  // namespace llmops::apps
