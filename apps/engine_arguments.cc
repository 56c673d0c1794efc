#include "apps/engine_arguments.h"

#include "apps/engine_options.h"
#include "core/files.h"
#include "core/uri.h"
#include "infer/open_engine.h"
#include "model/model_source.h"

namespace llmops::apps {
namespace {

model::ModelSource resolve(const EngineArguments& arguments, Context& context) {
  const bool adapter_is_folder = arguments.adapter.empty() || parse_uri(arguments.adapter).kind == Uri::Kind::kPath;
  if (arguments.base.empty() && model::is_plain_model(arguments.model) && adapter_is_folder) {
    model::ModelSource source;
    source.model_path = arguments.model;
    source.adapter_path = arguments.adapter;
    return source;
  }
  if (arguments.adapter.empty())
    return model::resolve_model(context.registry_to_read(), arguments.model, arguments.base);
  if (!arguments.base.empty()) throw UsageError("--base and --adapter exclude each other", "give the base as --model");
  return model::resolve_model(context.registry_to_read(), arguments.adapter, arguments.model);
}

}  // namespace

void add_engine_arguments(CLI::App& cmd, EngineArguments& arguments) {
  cmd.add_option("-m,--model", arguments.model, "Model, adapter or GGUF: path or URI")->required();
  cmd.add_option("--base", arguments.base, "Base model of an adapter, instead of the one it names");
  cmd.add_option("--adapter", arguments.adapter, "Adapter to put onto the model");
  add_engine_options(cmd, arguments.engine);
  cmd.add_option("input", arguments.input, "File of lines; standard input where there is none, or -");
}

infer::EngineOptions resolved_options(const EngineArguments& arguments, Context& context) {
  const model::ModelSource source = resolve(arguments, context);
  infer::EngineOptions options = arguments.engine;
  options.model = source.model_path.string();
  options.adapter = source.adapter_path.string();
  options.draft_model = draft_model_path(options.draft_model, context);
  options.device = context.engine_device();
  options.threads = context.threads;
  return options;
}

std::unique_ptr<infer::Engine> open_engine(const EngineArguments& arguments, Context& context) {
  return infer::open_engine(resolved_options(arguments, context));
}

std::unique_ptr<LineSource> open_lines(const EngineArguments& arguments) {
  if (arguments.input.empty() || arguments.input == "-") return std::make_unique<LineSource>(0, "stdin");
  return std::make_unique<LineSource>(fs::path(arguments.input));
}

infer::WriteAnswer answer_writer(const Context& context) {
  return [&context](const Json& json, const std::string& text) { context.print(json, text + "\n"); };
}

void finish_lines(const infer::LinesReport& report, Context& context) {
  if (report.failed > 0) context.exit_code = ExitCode::kFailed;
}

}  // namespace llmops::apps
