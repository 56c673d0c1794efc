// Finding the chat template of a model folder, or in one of its files.
#include <fmt/format.h>

#include "core/error.h"
#include "core/files.h"
#include "text/chat_template.h"
#include "text/special_tokens.h"

namespace llmops::text {
namespace {

constexpr std::uint64_t kMaxTemplateBytes = std::uint64_t{4} << 20;

// "chat_template": a string, or a list of {"name", "template"}, of which "default" is meant.
std::string template_of(const Json& config, const std::string& origin) {
  const auto found = json_get_or(config, "chat_template", Json(nullptr), origin);
  if (found.is_null()) return "";
  if (found.is_string()) return found.get<std::string>();
  if (!found.is_array()) throw_json_type("chat_template", found, origin);
  std::string first;
  for (const Json& entry : found) {
    const auto text = json_get<std::string>(entry, "template", origin + ": chat_template");
    if (json_get_or<std::string>(entry, "name", "", origin + ": chat_template") == "default") return text;
    if (first.empty()) first = text;
  }
  return first;
}

std::unique_ptr<ChatTemplate> make_template(const std::string& source, const Json& config, const std::string& origin) {
  if (source.empty()) return nullptr;
  return std::make_unique<ChatTemplate>(source, special_token_text(config, "bos_token", origin),
                                        special_token_text(config, "eos_token", origin));
}

std::unique_ptr<ChatTemplate> load_file(const fs::path& path) {
  if (path.extension() != ".json") return std::make_unique<ChatTemplate>(read_file(path, kMaxTemplateBytes), "", "");
  const Json config = read_json_file(path);
  return make_template(template_of(config, path.string()), config, path.string());
}

}  // namespace

std::unique_ptr<ChatTemplate> load_chat_template(const fs::path& path) {
  if (!fs::exists(path)) throw NotFoundError(fmt::format("'{}' does not exist", path.string()));
  if (!fs::is_directory(path)) return load_file(path);
  const fs::path config_path = path / "tokenizer_config.json";
  const fs::path template_path = path / "chat_template.jinja";
  const fs::path processor_path = path / "chat_template.json";  // of models that also see images
  const Json config = fs::exists(config_path) ? read_json_file(config_path) : Json(nullptr);
  std::string source = fs::exists(template_path) ? read_file(template_path, kMaxTemplateBytes)
                                                 : template_of(config, config_path.string());
  if (source.empty() && fs::exists(processor_path)) {
    source = template_of(read_json_file(processor_path), processor_path.string());
  }
  return make_template(source, config, config_path.string());
}

}  // namespace llmops::text
