// `llmops template`: chat templates by themselves.
#include <fmt/format.h>

#include "apps/commands.h"
#include "apps/text_inputs.h"
#include "core/files.h"
#include "model/gguf_checkpoint.h"
#include "text/chat_template.h"
#include "text/utf8.h"

namespace llmops::apps {
namespace {

constexpr const char* kFooter =
    R"(Standard input is {"messages": [{"role", "content"}, ...]}. "tools", "documents", "add_generation_prompt" (false
if absent), "bos_token", "eos_token" and every other key are variables of the template, too. The tokens are the model's
own where --template names a model. Of several templates the one named "tool_use" renders where tools are given, else
the one named "default".

Examples:
  echo '{"messages": [{"role": "user", "content": "Hi"}], "add_generation_prompt": true}' |
    llmops template render --template ./my-model
  llmops template render --template chatml.jinja --json < chat.json
  llmops template render --template small.gguf --mask --json < chat.json    also what training supervises)";

std::unique_ptr<text::ChatTemplate> load(const fs::path& path) {
  const bool gguf = fs::is_regular_file(path) && path.extension() == ".gguf";
  auto loaded = gguf ? model::load_gguf_chat_template(model::Gguf::open(path)) : text::load_chat_template(path);
  if (loaded != nullptr) return loaded;
  throw NotFoundError(fmt::format("'{}' has no chat template", path.string()),
                      "give a .jinja file, or the folder or tokenizer_config.json of a chat model");
}

/// [begin, end) in characters, as Python counts them.
Json spans_json(const text::ChatTemplate::Rendered& rendered) {
  Json spans = Json::array();
  for (const auto& [begin, end] : rendered.assistant_spans) {
    const std::string_view text = rendered.text;
    const std::size_t first = text::utf8_length(text.substr(0, begin));
    spans.push_back({first, first + text::utf8_length(text.substr(begin, end - begin))});
  }
  return spans;
}

void render(const std::string& file, bool mask, const Context& context) {
  const auto chat_template = load(file);
  const auto rendered = chat_template->render_variables(parse_json_exactly(read_stdin(), "stdin"));
  Json report{{"text", rendered.text}};
  std::string text = rendered.text;
  if (mask) {
    report["spans"] = spans_json(rendered);
    text.clear();
    for (const Json& span : report["spans"]) text += fmt::format("{} {}\n", span[0].dump(), span[1].dump());
  }
  context.print(report, text);
}

}  // namespace

void add_template(CLI::App& root, Context& context) {
  CLI::App* cmd = root.add_subcommand("template", "Render chat templates");
  cmd->require_subcommand(1);
  cmd->footer(kFooter);
  auto file = std::make_shared<std::string>();
  auto mask = std::make_shared<bool>(false);
  CLI::App* sub = cmd->add_subcommand("render", "The text of a conversation, from JSON on standard input");
  sub->add_option("--template", *file, "A .jinja file, a model folder, its tokenizer_config.json, or a GGUF")
      ->required();
  sub->add_flag("--mask", *mask, "Where {% generation %} blocks lie in the text: begin and end in characters");
  sub->footer(kFooter);
  sub->callback([file, mask, &context] { render(*file, *mask, context); });
}

}  // namespace llmops::apps
