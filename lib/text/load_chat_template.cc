// Finding the chat template of a model folder.
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

}  // namespace

std::unique_ptr<ChatTemplate> load_chat_template(const fs::path& model_dir) {
  const fs::path config_path = model_dir / "tokenizer_config.json";
  const fs::path template_path = model_dir / "chat_template.jinja";
  const Json config = fs::exists(config_path) ? read_json_file(config_path) : Json(nullptr);
  const std::string source = fs::exists(template_path) ? read_file(template_path, kMaxTemplateBytes)
                                                       : template_of(config, config_path.string());
  if (source.empty()) return nullptr;
  return std::make_unique<ChatTemplate>(source, special_token_text(config, "bos_token", config_path.string()),
                                        special_token_text(config, "eos_token", config_path.string()));
}

}  // namespace llmops::text
