// Finding the chat template of a model folder, or in one of its files.
#include <fmt/format.h>

#include "core/error.h"
#include "core/files.h"
#include "text/chat_template.h"
#include "text/special_tokens.h"

namespace llmops::text {
namespace {

constexpr std::uint64_t kMaxTemplateBytes = std::uint64_t{4} << 20;

using Templates = std::vector<NamedTemplate>;

// "chat_template": a string, a list of {"name", "template"}, or an object of templates by name.
Templates templates_of(const Json& config, const std::string& origin) {
  const auto found = json_get_or(config, "chat_template", Json(nullptr), origin);
  const std::string list_origin = origin + ": chat_template";
  Templates templates;
  if (found.is_null() || found == "") return templates;
  if (found.is_string()) return {{"default", found.get<std::string>()}};
  if (!found.is_structured()) throw_json_type("chat_template", found, origin);
  for (const auto& [key, entry] : found.items()) {
    if (found.is_object()) {
      templates.push_back({key, json_get<std::string>(found, key.c_str(), list_origin)});
    } else {
      templates.push_back(
          {json_get<std::string>(entry, "name", list_origin), json_get<std::string>(entry, "template", list_origin)});
    }
  }
  return templates;
}

// The files that transformers saves, which count instead of what tokenizer_config.json says.
Templates templates_in_files(const fs::path& folder) {
  Templates templates;
  const fs::path own = folder / "chat_template.jinja";
  if (fs::exists(own)) templates.push_back({"default", read_file(own, kMaxTemplateBytes)});
  const fs::path others = folder / "additional_chat_templates";
  if (!fs::is_directory(others)) return templates;
  for (const fs::path& path : list_files(others)) {
    if (path.parent_path() != others || path.extension() != ".jinja") continue;
    templates.push_back({path.stem().string(), read_file(path, kMaxTemplateBytes)});
  }
  return templates;
}

std::unique_ptr<ChatTemplate> make_template(Templates templates, const Json& config, const std::string& origin) {
  if (templates.empty()) return nullptr;
  return std::make_unique<ChatTemplate>(std::move(templates), special_token_text(config, "bos_token", origin),
                                        special_token_text(config, "eos_token", origin));
}

std::unique_ptr<ChatTemplate> load_file(const fs::path& path) {
  if (path.extension() != ".json") return std::make_unique<ChatTemplate>(read_file(path, kMaxTemplateBytes), "", "");
  const Json config = read_json_file(path);
  return make_template(templates_of(config, path.string()), config, path.string());
}

}  // namespace

std::unique_ptr<ChatTemplate> load_chat_template(const fs::path& path) {
  if (!fs::exists(path)) throw NotFoundError(fmt::format("'{}' does not exist", path.string()));
  if (!fs::is_directory(path)) return load_file(path);
  const fs::path config_path = path / "tokenizer_config.json";
  const fs::path processor_path = path / "chat_template.json";  // of models that also see images
  const Json config = fs::exists(config_path) ? read_json_file(config_path) : Json(nullptr);
  Templates templates = templates_in_files(path);
  if (templates.empty()) templates = templates_of(config, config_path.string());
  if (templates.empty() && fs::exists(processor_path)) {
    templates = templates_of(read_json_file(processor_path), processor_path.string());
  }
  return make_template(std::move(templates), config, config_path.string());
}

}  // namespace llmops::text
