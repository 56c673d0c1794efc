// `llmops tokenizer`: tokenizers of one's own.
#include <fmt/format.h>

#include <algorithm>

#include "apps/commands.h"
#include "apps/text_inputs.h"
#include "core/units.h"
#include "registry/resolve.h"
#include "registry/run.h"
#include "train/train_tokenizer.h"

namespace llmops::apps {
namespace {

constexpr const char* kTrainFooter =
    R"(Reads text files, .jsonl and .json records (a "text" field, or chats, instructions and completions as finetuning takes
them), prepared datasets and, for -, standard input. Words are counted and no text is held, so inputs may be larger than
memory. Merges equal those of the tokenizers library's BpeTrainer, and the folder opens in transformers.

Examples:
  llmops tokenizer train corpus/*.txt -o my-tokenizer --vocab-size 16000
  llmops tokenizer train data:/tickets@latest chats.jsonl -o my-tokenizer --chat chatml
  zcat dump.txt.gz | llmops tokenizer train - -o my-tokenizer --pre-tokenizer llama3 --special '<|pad|>')";

struct Options {
  std::vector<std::string> inputs;
  train::TrainTokenizerOptions train;
};

std::string summary(const train::TrainTokenizerReport& report, const train::TrainTokenizerOptions& options,
                    const std::string& run_id) {
  std::string text = fmt::format("tokenizer      {}\nrun            {}\n", report.output, run_id);
  text += fmt::format("vocabulary     {} tokens ({} special), {} merges\n", format_count(report.vocab_size),
                      report.special_tokens, format_count(report.merges));
  if (report.vocab_size < static_cast<std::size_t>(options.vocab_size)) {
    text += fmt::format("               no further pair occurs {} times or more\n",
                        std::max<std::uint64_t>(options.min_frequency, 1));
  }
  text += fmt::format("text           {} in {} files, {} words of which {} differ\n", format_bytes(report.texts.bytes),
                      report.texts.files, format_count(report.words), format_count(report.distinct_words));
  return text +
         fmt::format("compression    {:.2f} bytes a token on these texts\ntime           {} reading, {} learning\n",
                     report.bytes_per_token, format_duration(report.read_s), format_duration(report.learn_s));
}

void train_and_record(Options& options, Context& context) {
  std::vector<registry::Resolved> inputs;
  for (const std::string& name : options.inputs) {
    if (name == "-") {
      options.train.texts.inputs.emplace_back(name);
      continue;
    }
    inputs.push_back(registry::resolve(context.registry(), name));
    options.train.texts.inputs.push_back(inputs.back().path);
  }
  options.train.threads = context.threads;
  Json config = options.train.json();
  if (context.dry_run) {
    train::plan_tokenizer(options.train.tokenizer);
    return context.print(config, fmt::format("would train a tokenizer of {} tokens into {}\n", options.train.vocab_size,
                                             options.train.output));
  }
  registry::Run run(context.registry(), {.command = "tokenizer train", .argv = context.argv, .config = config});
  for (const registry::Resolved& input : inputs) {
    run.add_input(input.path, input.kind.empty() ? "text" : input.kind, input.uri);
  }
  if (inputs.size() < options.inputs.size()) announce_terminal();
  const train::TrainTokenizerReport report = train::train_tokenizer(options.train, context.progress());
  const registry::Artifact artifact = run.add_output(report.output, "tokenizer");
  Json json = {{"run_id", run.id()}};
  json.update(report.json());
  json["sha256"] = artifact.sha256;
  run.finish(json);
  context.print(json, summary(report, options.train, run.id()));
}

void add_special_options(CLI::App& cmd, train::TokenizerOptions& tokenizer) {
  cmd.add_option("--special", tokenizer.special, "A special token, in the order of ids (default: <|endoftext|>)")
      ->take_all()
      ->expected(1);
  cmd.add_option("--chat", tokenizer.chat, "Special tokens and template of a chat format: chatml or llama3");
  cmd.add_option("--bos", tokenizer.bos, "Special token that begins a text (default: the first, or the chat format's)");
  cmd.add_option("--eos", tokenizer.eos, "Special token that ends a text or a turn (default: as --bos)");
  cmd.add_option("--pad", tokenizer.pad, "Special token that pads (default: as --bos)");
  cmd.add_flag("--add-bos", tokenizer.add_bos, "Begin every text with it when tokenizing");
}

void add_input_options(CLI::App& cmd, train::TokenizerTexts& texts) {
  cmd.add_option("--format", texts.format, "text or jsonl, whatever the inputs are called; standard input is text")
      ->check(CLI::IsMember({"text", "jsonl"}));
  cmd.add_option("--text-field", texts.text_field, "Key of a record's text")->capture_default_str();
  cmd.add_option("--split", texts.split, "Split of prepared datasets")->capture_default_str();
  cmd.add_flag("--lines", texts.lines,
               "Take each line of a text file for itself, so that no token reaches over its end");
}

void add_train(CLI::App& parent, Context& context) {
  auto options = std::make_shared<Options>();
  train::TrainTokenizerOptions& train = options->train;
  CLI::App* cmd = parent.add_subcommand("train", "Learn a byte-level BPE tokenizer from texts");
  cmd->add_option("inputs", options->inputs, "Files, prepared datasets, URIs; - is standard input")->required();
  cmd->add_option("-o,--output", train.output, "Folder to create")->required();
  cmd->add_option("--vocab-size", train.vocab_size, "Tokens, special ones and 256 bytes included")
      ->check(CLI::Range(1, 1 << 22))
      ->capture_default_str();
  cmd->add_option("--min-frequency", train.min_frequency, "Times a pair must occur to be merged")
      ->capture_default_str();
  cmd->add_option("--max-token-length", train.max_token_length,
                  "Learnt tokens stay shorter than so many bytes (as the tokenizers library counts); 0 is off")
      ->capture_default_str();
  cmd->add_option("--pre-tokenizer", train.tokenizer.pre_tokenizer,
                  fmt::format("How text is cut into words: {}", fmt::join(train::pre_tokenizer_names(), ", ")))
      ->capture_default_str();
  cmd->add_option("--normalizer", train.tokenizer.normalizer, "nfc or none (default: as the pre-tokenizer's models)")
      ->check(CLI::IsMember({"nfc", "none"}));
  add_special_options(*cmd, train.tokenizer);
  add_input_options(*cmd, train.texts);
  cmd->footer(kTrainFooter);
  cmd->callback([options, &context] { train_and_record(*options, context); });
}

}  // namespace

void add_tokenizer(CLI::App& root, Context& context) {
  CLI::App* cmd = root.add_subcommand("tokenizer", "Make tokenizers");
  cmd->require_subcommand(1);
  cmd->footer("Examples:\n  llmops tokenizer train corpus.txt -o my-tokenizer --vocab-size 16000");
  add_train(*cmd, context);
}

}  // namespace llmops::apps
