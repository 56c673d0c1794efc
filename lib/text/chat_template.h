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

struct NamedTemplate {
  std::string name;  ///< "default", "tool_use", "rag"
  std::string source;
};

/// Immutable; safe to share between threads.
///
/// A model may have several templates by name. As in transformers, "tool_use" renders where tools are given and it
/// exists, else "default".
class ChatTemplate {
 public:
  /// @param bos, eos  texts of the special tokens, "" when the model has none
  /// @throws InputError  "chat_template:3: ..." for a template that does not parse
  ChatTemplate(std::string source, std::string bos, std::string eos);
  /// @param templates  one at least; of a name given twice the later one
  ChatTemplate(std::vector<NamedTemplate> templates, std::string bos, std::string eos);
  ~ChatTemplate();

  /// What one pass of the template's loops wrote for a message; never empty.
  struct Turn {
    std::size_t message = 0;
    std::size_t begin = 0, end = 0;  ///< bytes of the text
  };

  struct Rendered {
    std::string text;
    /// Bytes [begin, end) of the text that the assistant is to produce: the content of each assistant turn and the
    /// marker that ends it. What training supervises.
    std::vector<std::pair<std::size_t, std::size_t>> assistant_spans;
    std::vector<Turn> turns;  ///< inner loops first
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
  /// them, else as TurnSpans does, which throws InputError where they cannot be told.
  Rendered render_for_training(const Json& messages, const Json& tools = nullptr) const;

  /// Each name once, "default" first.
  const std::vector<NamedTemplate>& templates() const { return templates_; }
  /// Of "default"; of the first where there is none.
  const std::string& source() const { return templates_.front().source; }
  /// SHA-256 of the source; of several templates, of all names and sources.
  std::string fingerprint() const;

 private:
  const jinja::Template& chosen(bool with_tools) const;

  std::vector<NamedTemplate> templates_;
  std::string bos_;
  std::string eos_;
  std::unique_ptr<jinja::Template> default_;   // null where there is none
  std::unique_ptr<jinja::Template> tool_use_;  // null where there is none
};

/// From chat_template.jinja and additional_chat_templates/*.jinja, tokenizer_config.json or chat_template.json of a
/// model folder, or one of those files by itself; none where the model has no template.
/// @throws NotFoundError, InputError
std::unique_ptr<ChatTemplate> load_chat_template(const std::filesystem::path& path);

}  // namespace llmops::text
