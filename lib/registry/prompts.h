// Prompts: immutable versions of text or chat templates with {{variable}} slots, and labels that move.
#pragma once

#include "registry/registry.h"

namespace llmops::registry {

struct PromptVersion {
  std::string name;
  int version = 0;
  std::string sha256;            ///< of format, body and config
  std::string format = "text";   ///< "text" or "chat"
  std::string body;              ///< text, or a JSON array of {"role", "content"}
  Json config = Json::object();  ///< e.g. {"temperature": 0}
  std::string message;           ///< why this version exists
  std::string who, created_at;
  std::vector<std::string> labels;  ///< "latest" on the newest

  std::string uri() const;  ///< "prompt://NAME/VERSION"
};

/// The next version of `prompt.name`; where the newest has the same content, that one is returned instead.
/// @throws InputError  a chat body that is no list of messages, or a body with broken braces
PromptVersion add_prompt(Registry& registry, const PromptVersion& prompt);
std::vector<PromptVersion> list_prompts(Registry& registry, const std::string& name = "");
/// @param version  number, or ""; then `label` decides; both empty: newest. @throws NotFoundError with near names
PromptVersion get_prompt(Registry& registry, const std::string& name, const std::string& version,
                         const std::string& label);
/// @param text  "prompt://NAME@LABEL", "prompt://NAME/VERSION", or NAME
PromptVersion resolve_prompt(Registry& registry, const std::string& text);
/// @param version  none removes the label
void label_prompt(Registry& registry, const std::string& name, const std::string& label, std::optional<int> version);

/// A prompt as a JSON file for git: name, format, body (chat as a list), config, message.
Json export_prompt(const PromptVersion& prompt);
/// @throws InputError  naming `origin` and the key
PromptVersion import_prompt(const Json& file, const std::string& origin);

}  // namespace llmops::registry
