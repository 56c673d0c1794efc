// Chat templates: messages to the text a model was trained on, and the assistant's parts of it.
#include "text/chat_template.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "core/hash.h"
#include "text/jinja/template.h"
#include "text/jinja/value_from_json.h"
#include "text/turn_spans.h"

namespace llmops::text {
namespace {

void check_messages(const Json& messages) {
  if (!messages.is_array()) throw InputError("messages must be an array of {\"role\", \"content\"}");
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const auto found = messages[i].is_object() ? messages[i].find("role") : messages[i].end();
    if (!messages[i].is_object() || found == messages[i].end() || !found->is_string()) {
      throw InputError(fmt::format("messages[{}] has no 'role'", i));
    }
  }
}

constexpr const char* kDefault = "default";
constexpr const char* kToolUse = "tool_use";

std::vector<NamedTemplate> default_first(std::vector<NamedTemplate> templates) {
  std::vector<NamedTemplate> kept;
  for (NamedTemplate& one : templates) {
    const auto same = std::find_if(kept.begin(), kept.end(), [&](const auto& other) { return other.name == one.name; });
    if (same != kept.end()) {
      same->source = std::move(one.source);
    } else {
      kept.insert(one.name == kDefault ? kept.begin() : kept.end(), std::move(one));
    }
  }
  return kept;
}

std::unique_ptr<jinja::Template> parse_named(const std::vector<NamedTemplate>& templates, const char* name) {
  const auto found =
      std::find_if(templates.begin(), templates.end(), [&](const auto& one) { return one.name == name; });
  return found == templates.end() ? nullptr : std::make_unique<jinja::Template>(found->source);
}

}  // namespace

ChatTemplate::ChatTemplate(std::string source, std::string bos, std::string eos)
    : ChatTemplate({{kDefault, std::move(source)}}, std::move(bos), std::move(eos)) {}

ChatTemplate::ChatTemplate(std::vector<NamedTemplate> templates, std::string bos, std::string eos)
    : templates_(default_first(std::move(templates))),
      bos_(std::move(bos)),
      eos_(std::move(eos)),
      default_(parse_named(templates_, kDefault)),
      tool_use_(parse_named(templates_, kToolUse)) {}

ChatTemplate::~ChatTemplate() = default;

const jinja::Template& ChatTemplate::chosen(bool with_tools) const {
  if (with_tools && tool_use_ != nullptr) return *tool_use_;
  if (default_ != nullptr) return *default_;
  std::string names;
  for (const NamedTemplate& one : templates_) names += (names.empty() ? "'" : ", '") + one.name + "'";
  throw InputError(fmt::format("the model's chat templates are {}, and none is named '{}'", names, kDefault),
                   "render the text of the one you mean, or name it 'default' in tokenizer_config.json");
}

ChatTemplate::Rendered ChatTemplate::render_variables(const Json& variables) const {
  if (!variables.is_object()) throw InputError("a template's variables must be an object");
  check_messages(variables.value("messages", Json(nullptr)));
  Json all = {{"tools", nullptr},
              {"documents", nullptr},
              {"add_generation_prompt", false},
              {"bos_token", bos_},
              {"eos_token", eos_}};
  all.update(variables);
  std::vector<std::pair<std::string, jinja::Value>> values;
  for (const auto& [name, value] : all.items()) values.emplace_back(name, jinja::value_from_json(value));
  auto rendered = chosen(!all["tools"].is_null()).render(values);
  Rendered found{std::move(rendered.text), std::move(rendered.generated), {}};
  for (const auto& [message, begin, end] : rendered.turns) found.turns.push_back({message, begin, end});
  return found;
}

std::string ChatTemplate::render(const Json& messages, bool add_generation_prompt, const Json& tools) const {
  return render_variables({{"messages", messages}, {"tools", tools}, {"add_generation_prompt", add_generation_prompt}})
      .text;
}

ChatTemplate::Rendered ChatTemplate::render_for_training(const Json& messages, const Json& tools) const {
  const TurnSpans spans(*this, messages, tools);
  Rendered rendered = spans.rendered();
  if (!rendered.assistant_spans.empty()) return rendered;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (messages[i]["role"] != "assistant") continue;
    for (const ByteSpan& span : spans.answer(i)) rendered.assistant_spans.push_back(span);
  }
  return rendered;
}

std::string ChatTemplate::fingerprint() const {
  if (templates_.size() == 1) return sha256_hex(source());
  Json all = Json::array();
  for (const NamedTemplate& one : templates_) all.push_back({one.name, one.source});
  return sha256_hex(dump_json(all));
}

}  // namespace llmops::text
