// `llmops models`: model versions and their tags. Aliases are in model_aliases.cc, what looks into files in
// model_files.cc.
#include <fmt/format.h>

#include "apps/commands.h"
#include "apps/model_aliases.h"
#include "apps/model_files.h"
#include "apps/tag_argument.h"
#include "registry/version_report.h"

namespace llmops::apps {
namespace {

constexpr const char* kFooter = R"(Examples:
  llmops models list
  llmops models show triage@production
  llmops models register triage out/triage-merged
  llmops models diff triage/1 triage/2 --tensors
  llmops models diff ./my-model my-model-q8.gguf
  llmops models inspect my-model-q8.gguf --hashes --json
  llmops models convert pytorch_model.bin model.safetensors --dtype bf16
  llmops models alias triage staging 2
  llmops models promote triage/2 --why 'better on refunds'
  llmops models rollback triage --why 'wrong priorities on Mondays'
  llmops models history triage --as-of 2026-03-01)";

void add_list(CLI::App& parent, Context& context) {
  auto name = std::make_shared<std::string>();
  CLI::App* cmd = parent.add_subcommand("list", "All versions");
  cmd->add_option("name", *name, "Only this model's");
  cmd->callback([name, &context] {
    if (!name->empty()) registry::get_model(context.registry_to_read(), *name, "", "");  // says so when there is none
    const auto models = registry::list_models(context.registry_to_read(), *name);
    context.print({{"models", registry::list_json(models, registry::model_json)}},
                  registry::models_text(models, result_width()));
  });
}

void add_show(CLI::App& parent, Context& context) {
  auto text = std::make_shared<std::string>();
  CLI::App* cmd = parent.add_subcommand("show", "One version");
  cmd->add_option("model", *text, "NAME, NAME/VERSION or NAME@ALIAS")->required();
  cmd->callback([text, &context] {
    const auto model = registry::find_model(context.registry_to_read(), *text);
    context.print(registry::model_json(model), registry::model_text(model, result_width()));
  });
}

struct RegisterOptions {
  std::string name, path, kind;
  std::vector<std::string> metadata;
};

void add_register(CLI::App& parent, Context& context) {
  auto options = std::make_shared<RegisterOptions>();
  CLI::App* cmd = parent.add_subcommand("register", "Make what lies at a path the next version of a model");
  cmd->add_option("name", options->name, "Name of the model")->required();
  cmd->add_option("path", options->path, "Model folder, adapter folder or .gguf file")->required();
  cmd->add_option("--kind", options->kind, "Default: told from the content")
      ->check(CLI::IsMember({"model", "adapter", "gguf"}));
  cmd->add_option("--metadata", options->metadata, "KEY=VALUE, e.g. license=Apache-2.0")->take_all()->expected(1);
  cmd->callback([options, &context] {
    Json metadata = Json::object();
    for (const auto& [key, value] : parse_tags(options->metadata)) metadata[key] = value;
    const auto model =
        registry::register_model_path(context.registry(), options->name, options->path, options->kind, metadata);
    context.print(registry::model_json(model), registry::model_text(model, result_width()));
  });
}

void add_tag(CLI::App& parent, Context& context) {
  auto options = std::make_shared<TagArguments>();
  CLI::App* cmd = parent.add_subcommand("tag", "Set or remove tags");
  add_tag_arguments(*cmd, *options, "model", "NAME, NAME/VERSION or NAME@ALIAS");
  cmd->callback([options, &context] {
    const auto model = registry::find_model(context.registry(), options->subject);
    for (const auto& [key, value] : parse_tags(options->tags)) {
      registry::tag_model(context.registry(), model.name, model.version, key, value);
    }
    const auto tagged = registry::get_model(context.registry(), model.name, std::to_string(model.version), "");
    context.print(registry::model_json(tagged), registry::models_text({tagged}, result_width()));
  });
}

}  // namespace

void add_models(CLI::App& root, Context& context) {
  CLI::App* cmd = root.add_subcommand("models", "Register, compare, promote and roll back model versions");
  cmd->require_subcommand(1);
  cmd->footer(kFooter);
  add_list(*cmd, context);
  add_show(*cmd, context);
  add_register(*cmd, context);
  add_model_files(*cmd, context);
  add_tag(*cmd, context);
  add_model_aliases(*cmd, context);
}

}  // namespace llmops::apps
