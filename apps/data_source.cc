#include "apps/data_commands.h"
#include "registry/datasets.h"

namespace llmops::apps {

bool is_data_path(const std::string& text) {
  return text.find('/') == std::string::npos ? std::filesystem::exists(text) : !text.starts_with("data:/");
}

data::explore::DatasetFiles open_data(Context& context, const std::string& text, const std::string& split) {
  if (is_data_path(text)) return data::explore::find_dataset_files(text, split);
  return data::explore::find_dataset_files(registry::find_dataset(context.registry_to_read(), text).artifact.path,
                                           split);
}

}  // namespace llmops::apps
