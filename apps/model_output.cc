#include "apps/model_output.h"

#include <fmt/format.h>

namespace llmops::apps {

std::string finish_with_model(registry::Registry& registry, registry::Run& run, const registry::Artifact& model,
                              const std::string& name, const Json& metadata, Json& report) {
  report["run_id"] = run.id();
  report["sha256"] = model.sha256;
  std::string uri;
  if (!name.empty()) {
    const auto version = registry::register_model(registry, name, model, run.id(), metadata);
    uri = fmt::format("models:/{}/{}", version.name, version.version);
  }
  report["uri"] = uri.empty() ? Json(nullptr) : Json(uri);
  run.finish(report);
  return uri;
}

}  // namespace llmops::apps
