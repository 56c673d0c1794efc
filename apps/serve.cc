// `llmops serve`: a model behind OpenAI's API until it is told to stop.
#include "serve/serve_model.h"

#include <fmt/format.h>

#include "apps/commands.h"
#include "apps/engine_options.h"
#include "core/log.h"
#include "core/units.h"
#include "infer/open_engine.h"

namespace llmops::apps {
namespace {

constexpr const char* kExamples = R"(Examples:
  llmops serve --model models:/triage@production
  llmops serve --model runs/triage/adapter --base models:/smollm2-135m-instruct/1 --port 0
  llmops serve --model smol-q8.gguf --model-name smol --api-key-file keys.txt --host 0.0.0.0

  curl -s localhost:8000/v1/chat/completions -H 'Content-Type: application/json' \
    -d '{"model": "smol", "messages": [{"role": "user", "content": "Hello"}]}'

SIGTERM and Ctrl-C stop it cleanly: running answers are finished first, for at most 30 s.)";

void announce(const Context& context, const serve::Listening& listening) {
  // One line at once, for whatever waits for the port.
  context.print({{"event", "listening"},
                 {"url", listening.url},
                 {"port", listening.port},
                 {"model", listening.model},
                 {"run_id", listening.run_id}},
                "");
  log_info(fmt::format("listening on {} (model {})", listening.url, listening.model));
}

std::string summary(const serve::ServeReport& report) {
  return fmt::format("{} requests ({} answered, {} left by the client), {} tokens in, {} out, in {}; run {}\n",
                     format_count(static_cast<std::uint64_t>(report.requests)),
                     format_count(static_cast<std::uint64_t>(report.succeeded)),
                     format_count(static_cast<std::uint64_t>(report.cancelled)),
                     format_count(static_cast<std::uint64_t>(report.prompt_tokens)),
                     format_count(static_cast<std::uint64_t>(report.completion_tokens)),
                     format_duration(report.seconds), report.run_id);
}

void run_serve(serve::ServeOptions options, bool no_record_content, Context& context) {
  options.record_content = !no_record_content;
  options.engine.threads = context.threads;
  options.engine.device = context.engine_device();
  if (context.dry_run) {
    context.print({{"dry_run", true}, {"model", options.model}, {"host", options.host}, {"port", options.port}},
                  fmt::format("would serve {} on {}:{}\n", options.model, options.host, options.port));
    return;
  }
  const auto report = serve::serve_model(context.registry(), options, context.argv, infer::open_engine,
                                         [&context](const auto& listening) { announce(context, listening); });
  context.print(serve::to_json(report), summary(report));
}

}  // namespace

void add_serve(CLI::App& root, Context& context) {
  // Shared, because CLI11 keeps pointers to the fields until the callback has run.
  auto options = std::make_shared<serve::ServeOptions>();
  auto no_record_content = std::make_shared<bool>(false);
  CLI::App* cmd = root.add_subcommand("serve", "Serve a model over OpenAI's API");
  cmd->add_option("--model", options->model, "Model or adapter: path or URI")->required();
  cmd->add_option("--base", options->base, "Base model of an adapter, instead of the one it names");
  cmd->add_option("--adapter", options->adapter, "Adapter to put onto the model");
  cmd->add_option("--host", options->host, "Address to listen on")->capture_default_str();
  cmd->add_option("--port", options->port, "Port; 0 picks a free one")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str();
  cmd->add_option("--model-name", options->model_names, "What clients call the model; may be repeated");
  cmd->add_option("--api-key-file", options->api_key_file, "Keys, one a line; without it, LLMOPS_API_KEY");
  cmd->add_option("--max-queue", options->max_queue, "Requests that may wait for their first token")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  cmd->add_option("--max-queue-tokens", options->max_queue_tokens, "Prompt tokens that may wait")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 40))
      ->capture_default_str();
  add_engine_options(*cmd, options->engine);
  add_guessing_options(*cmd, options->engine);
  cmd->add_flag("--no-record-content", *no_record_content, "Record sizes and times, not prompts and answers");
  cmd->footer(kExamples);
  cmd->callback([options, no_record_content, &context] { run_serve(*options, *no_record_content, context); });
}

}  // namespace llmops::apps
