// `llmops embed`: the vectors of texts, a line each or as an array of NumPy's.
#include "infer/embed_lines.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>

#include "apps/commands.h"
#include "apps/embedding_array.h"
#include "apps/embedding_model.h"
#include "core/files.h"
#include "ml/ml_table.h"

namespace llmops::apps {
namespace {

constexpr const char* kFooter =
    R"(Lines in are {"text": "..."}; of a .txt file and with --text they are the texts themselves.
Lines out are {"embedding": [...]}, one for each, in order. A line that cannot be embedded is answered
{"error": {...}} (in an array: a row of NaN); the others go on, and the exit code is 1.
Pooling, normalising, prompts and the limit on length are read from sentence-transformers' files beside the model
(modules.json, 1_Pooling/, sentence_bert_config.json, ...); without them the tokens' mean is taken.

Examples:
  llmops pull all-minilm-l6-v2
  echo '{"text": "Where is my parcel?"}' | llmops embed --model models:/all-minilm-l6-v2/1
  llmops embed --model ./e5-small --prompt 'query: ' --normalize questions.txt -o questions.npy
  llmops embed --model ./bge-small --pooling cls --normalize --dimensions 128 < lines.jsonl)";

struct EmbedArguments {
  infer::EmbedderOptions embedder;
  std::string input, output, prompt;
  bool text = false, normalise = false, keep_length = false;
};

void add_options(CLI::App& cmd, EmbedArguments& arguments) {
  infer::EmbedderOptions& embedder = arguments.embedder;
  cmd.add_option("-m,--model", embedder.model, "Embedding model: folder or URI")->required();
  cmd.add_option("input", arguments.input, "File of lines (.jsonl, .txt); standard input where there is none, or -");
  cmd.add_flag("--text", arguments.text, "Lines are plain texts");
  cmd.add_option("-o,--output", arguments.output, "Write a float32 array (texts, dimensions) to this .npy file");
  cmd.add_option("--pooling", embedder.pooling, "mean, cls, max, mean_sqrt_len_tokens, weightedmean or lasttoken");
  auto* normalise = cmd.add_flag("--normalize", arguments.normalise, "Scale vectors to length 1");
  cmd.add_flag("--no-normalize", arguments.keep_length, "Leave vectors as they are")->excludes(normalise);
  auto* prompt = cmd.add_option("--prompt", arguments.prompt, "Put before each text, e.g. 'query: '");
  cmd.add_option("--prompt-name", embedder.prompt_name, "The same, one of the model's own by name")->excludes(prompt);
  cmd.add_option("--dimensions", embedder.dimensions, "Keep the first elements only (Matryoshka models)")
      ->check(CLI::PositiveNumber);
  cmd.add_option("--max-tokens", embedder.max_tokens, "Cut longer texts; 0 is the model's own limit")
      ->check(CLI::NonNegativeNumber);
  cmd.add_option("--batch-size", embedder.batch_size, "Texts at once")
      ->check(CLI::Range(1, 4096))
      ->capture_default_str();
  cmd.add_option("--dtype", embedder.dtype, "auto, float32 or bfloat16")->capture_default_str();
  cmd.footer(kFooter);
}

void write_line(const infer::EmbedAnswer& answer, bool json) {
  std::string line = infer::embed_answer_line(answer);
  if (json) line.replace(0, 1, R"({"schema_version": 1, )");
  line += '\n';
  if (std::fwrite(line.data(), 1, line.size(), stdout) != line.size() || std::fflush(stdout) != 0)
    throw SystemError("cannot write to standard output", "is the disk full, or the reader of the pipe gone?");
}

void run(EmbedArguments& arguments, Context& context) {
  infer::EmbedderOptions& options = arguments.embedder;
  const bool from_stdin = arguments.input.empty() || arguments.input == "-";
  const bool plain = arguments.text || fs::path(arguments.input).extension() == ".txt";
  const auto lines =
      from_stdin ? std::make_unique<LineSource>(0, "stdin") : std::make_unique<LineSource>(fs::path(arguments.input));
  options.model = embedding_folder(options.model, context);
  options.device = context.engine_device();
  options.threads = context.threads;
  if (arguments.normalise || arguments.keep_length) options.normalise = arguments.normalise;
  const std::unique_ptr<infer::Embedder> embedder = ml::ml().open_embedder(options);
  infer::LinesReport report;
  if (arguments.output.empty()) {
    report = infer::embed_lines(*embedder, *lines, plain,
                                [&](const infer::EmbedAnswer& answer) { write_line(answer, context.json); });
  } else {
    report = write_embedding_array(*embedder, *lines, plain, arguments.output, context);
  }
  if (report.failed > 0) context.exit_code = ExitCode::kFailed;
}

}  // namespace

void add_embed(CLI::App& root, Context& context) {
  auto arguments = std::make_shared<EmbedArguments>();
  CLI::App* cmd = root.add_subcommand("embed", "Vectors of texts, a line in and a line out");
  add_options(*cmd, *arguments);
  auto* prompt = cmd->get_option("--prompt");
  cmd->callback([arguments, prompt, &context] {
    if (prompt->count() > 0) arguments->embedder.prompt = arguments->prompt;  // "" is one too: none
    run(*arguments, context);
  });
}

}  // namespace llmops::apps
