// What `llmops models` does with files. A path that exists is taken as it is and opens no registry.
#include "apps/model_files.h"

#include <fmt/format.h>

#include "apps/tag_argument.h"
#include "core/files.h"
#include "core/units.h"
#include "model/inspect.h"
#include "quant/compare_models.h"
#include "quant/export_model.h"
#include "registry/models.h"
#include "registry/resolve.h"
#include "registry/version_report.h"

namespace llmops::apps {
namespace {

bool is_path(const std::string& text) {
  std::error_code ignored;
  return fs::exists(text, ignored);
}

std::string path_of(Context& context, const std::string& text) {
  return is_path(text) ? text : registry::resolve(context.registry_to_read(), text).path.string();
}

void add_inspect(CLI::App& parent, Context& context) {
  struct Options {
    std::string path;
    bool hashes = false;
  };
  auto options = std::make_shared<Options>();
  CLI::App* cmd = parent.add_subcommand("inspect", "What a model file or folder holds");
  cmd->add_option("path", options->path,
                  "GGUF, safetensors, .bin, .npy or .npz file, index, tokenizer.json, folder or URI")
      ->required();
  cmd->add_flag("--hashes", options->hashes, "SHA-256 of every tensor's bytes");
  cmd->callback([options, &context] {
    const auto found = model::inspect(path_of(context, options->path), options->hashes);
    context.print(found.json(), found.text(result_width()));
  });
}

void add_convert(CLI::App& parent, Context& context) {
  auto options = std::make_shared<quant::ExportOptions>();
  CLI::App* cmd = parent.add_subcommand("convert", "A model or a file of tensors in another format");
  cmd->add_option("input", options->model, "Folder, GGUF, safetensors, .bin, .npy or .npz file, or URI")->required();
  cmd->add_option("output", options->output, "To create; .gguf, .safetensors, .npz and .npy tell the format")
      ->required();
  cmd->add_option("--to", options->to, "hf, gguf, safetensors, npz or npy, instead of what the name tells");
  cmd->add_option("--dtype", options->dtype, "Number format: f32, f16, bf16, for gguf also q8_0 and q4_0");
  cmd->callback([options, &context] {
    quant::ExportOptions resolved = *options;
    resolved.model = path_of(context, options->model);
    if (context.dry_run) {
      const std::string format = quant::export_format(resolved);
      return context.print({{"dry_run", true}, {"output", resolved.output}, {"to", format}},
                           fmt::format("would write {} as {}\n", resolved.output, format));
    }
    const auto report = quant::export_model(resolved, context.progress());
    context.print(report.json(), fmt::format("{}: {} tensors, {} -> {}\n", report.output, report.tensors,
                                             format_bytes(report.bytes_in), format_bytes(report.bytes_out)));
  });
}

struct DiffOptions {
  std::string before, after;
  bool tensors = false;
};

/// Two versions by what the registry knows of them, and where asked for by their files.
void diff_versions(const DiffOptions& options, Context& context) {
  registry::Registry& registry = context.registry_to_read();
  const auto before = registry::find_model(registry, options.before),
             after = registry::find_model(registry, options.after);
  const auto fields = [](const registry::ModelVersion& model) {
    return registry::flatten_json(registry::model_json(model));
  };
  const auto title = [](const registry::ModelVersion& model) {
    return fmt::format("{}/{}", model.name, model.version);
  };
  const auto differences = registry::diff_named(fields(before), fields(after));
  Json json = {
      {"before", title(before)}, {"after", title(after)}, {"differences", registry::differences_json(differences)}};
  std::string text = registry::differences_text(differences, title(before), title(after), result_width());
  if (options.tensors) {
    const auto found = quant::compare_models(before.artifact.path, after.artifact.path, context.progress());
    json.update(found.json());
    text += "\n" + found.text(title(before), title(after), result_width());
  }
  context.print(json, text);
}

void add_diff(CLI::App& parent, Context& context) {
  auto options = std::make_shared<DiffOptions>();
  CLI::App* cmd = parent.add_subcommand("diff", "What differs between two versions, or two paths");
  cmd->add_option("before", options->before, "NAME/VERSION, NAME@ALIAS or path")->required();
  cmd->add_option("after", options->after, "NAME/VERSION, NAME@ALIAS or path")->required();
  cmd->add_flag("--tensors", options->tensors, "Compare the files of versions too; of paths they always are");
  cmd->callback([options, &context] {
    if (!is_path(options->before) && !is_path(options->after)) return diff_versions(*options, context);
    const std::string before = path_of(context, options->before), after = path_of(context, options->after);
    const auto found = quant::compare_models(before, after, context.progress());
    Json json = {{"before", before}, {"after", after}};
    json.update(found.json());
    context.print(json, found.text(before, after, result_width()));
  });
}

}  // namespace

void add_model_files(CLI::App& models, Context& context) {
  add_inspect(models, context);
  add_convert(models, context);
  add_diff(models, context);
}

}  // namespace llmops::apps
