// Chat templates: messages to the text a model was trained on, as transformers renders them.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/json.h"

namespace llmops::text {

namespace jinja {
class Template;
}

/// Immutable; safe to share between threads.
class ChatTemplate {
 public:
  /// @param bos, eos  texts of the special tokens, "" when the model has none
  /// @throws InputError  "chat_template:3: ..." for a template that does not parse
  ChatTemplate(std::string source, std::string bos, std::string eos);
  ~ChatTemplate();

  struct Rendered {
    std::string text;
    /// Bytes [begin, end) of the text that the assistant is to produce: the content of each assistant turn and the
    /// marker that ends it. What training supervises.
    std::vector<std::pair<std::size_t, std::size_t>> assistant_spans;
  };

  /// @param messages  array of {"role", "content", ...}
  /// @param tools     array as OpenAI's `tools`, or null
  /// @throws InputError  what the template raises (raise_exception), or a message that is not of this form
  std::string render(const Json& messages, bool add_generation_prompt, const Json& tools = nullptr) const;

  /// Renders with each key of `variables` as a variable of the template: "messages", "tools", "documents",
  /// "add_generation_prompt" and whatever else it reads; bos_token and eos_token are the model's where they are not
  /// given.
  /// @returns spans of the {% generation %} blocks alone
  /// @throws InputError  as render()
  Rendered render_variables(const Json& variables) const;

  /// Renders a whole conversation and finds the assistant's parts, from {% generation %} blocks where the template has
  /// them, else by rendering each prefix; the latter throws InputError when a prefix's rendering is not a prefix.
  Rendered render_for_training(const Json& messages, const Json& tools = nullptr) const;

  const std::string& source() const { return source_; }
  /// SHA-256 of the source.
  std::string fingerprint() const;

 private:
  std::string source_;
  std::string bos_;
  std::string eos_;
  std::unique_ptr<jinja::Template> template_;
};

/// From chat_template.jinja, tokenizer_config.json or chat_template.json of a model folder, or one of those files by
/// itself; none where the model has no template.
/// @throws NotFoundError, InputError
std::unique_ptr<ChatTemplate> load_chat_template(const std::filesystem::path& path);

}  // namespace llmops::text
