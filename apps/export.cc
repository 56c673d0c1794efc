// `llmops export`: a model in another format, the run recorded.
#include <fmt/format.h>

#include "apps/commands.h"
#include "apps/model_output.h"
#include "core/files.h"
#include "core/units.h"
#include "quant/export_model.h"
#include "registry/resolve.h"

namespace llmops::apps {
namespace {

constexpr const char* kFooter =
    "hf is a folder that transformers opens: config.json, tokenizer, safetensors. gguf is a file that llama.cpp "
    "opens.\n"
    "Without --dtype the weights stay in their number format where the new one has it. An adapter is merged first\n"
    "('llmops merge'). 'llmops quantize' also measures what a smaller number format costs.\n"
    "\n"
    "Examples:\n"
    "  llmops export models:/smollm2-135m-instruct/1 --to gguf -o smollm2-bf16.gguf\n"
    "  llmops export ./my-model --to gguf --dtype q8_0 -o my-model-q8.gguf\n"
    "  llmops export model.Q4_K_M.gguf --to hf --dtype float16 -o my-model --name my-model --json";

struct Command {
  std::string model, name;
  quant::ExportOptions options;
};

std::string describe(const quant::ExportReport& report, const std::string& uri) {
  std::string text = fmt::format("{}: {} tensors, {} -> {}{}, {:.1f} s\n", report.output, report.tensors,
                                 format_bytes(report.bytes_in), format_bytes(report.bytes_out),
                                 report.dtype.empty() ? "" : " as " + report.dtype, report.wall_s);
  if (!uri.empty()) text += fmt::format("registered as {}\n", uri);
  return text;
}

void export_and_record(Command command, Context& context) {
  quant::ExportOptions& options = command.options;
  const registry::Resolved source = registry::resolve(context.registry(), command.model);
  options.model = source.path.string();
  const std::string format = quant::export_format(options);
  const Json config = {{"model", source.uri}, {"to", format}, {"dtype", options.dtype}, {"output", options.output}};
  if (context.dry_run) return context.print(config, fmt::format("would write {} as {}\n", options.output, format));
  registry::Run run(context.registry(), {.command = "export", .argv = context.argv, .config = config});
  run.add_input(source.path, fs::is_directory(source.path) ? "model" : "gguf", source.uri);
  const quant::ExportReport report = quant::export_model(options, context.progress());
  const registry::Artifact artifact = run.add_output(options.output, format == "hf" ? "model" : format);
  Json json = report.json();
  const std::string uri =
      finish_with_model(context.registry(), run, artifact, command.name,
                        {{"source", source.uri}, {"format", format}, {"dtype", report.dtype}}, json);
  context.print(json, describe(report, uri));
}

}  // namespace

void add_export(CLI::App& root, Context& context) {
  auto command = std::make_shared<Command>();
  quant::ExportOptions& options = command->options;
  CLI::App* cmd = root.add_subcommand("export", "Write a model as a Hugging Face folder or a GGUF file");
  cmd->add_option("model,-m,--model", command->model, "Model: folder, .gguf file or URI")->required();
  cmd->add_option("-o,--output", options.output, "Folder or file to create")->required();
  cmd->add_option("--to", options.to, "hf or gguf")->required()->check(CLI::IsMember({"hf", "gguf"}));
  cmd->add_option("--dtype,--scheme", options.dtype,
                  "Number format: f32, f16 or bf16 (also float32, ...), for gguf also q8_0 and q4_0");
  cmd->add_option("--name", command->name, "Also register it as a new version of models:/NAME");
  cmd->footer(kFooter);
  cmd->callback([command, &context] { export_and_record(*command, context); });
}

}  // namespace llmops::apps
