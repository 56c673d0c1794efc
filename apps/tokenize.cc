// `llmops tokenize`: texts to token ids and back, as a filter.
#include <fmt/format.h>
#include <unistd.h>

#include "apps/commands.h"
#include "apps/text_inputs.h"
#include "core/files.h"
#include "core/line_source.h"
#include "core/terminal.h"
#include "model/model_source.h"
#include "model/open_tokenizer.h"
#include "text/parse_ids.h"
#include "text/tokenize_lines.h"

namespace llmops::apps {
namespace {

constexpr const char* kFooter =
    R"(Reads one text from standard input or from each file given, and prints its ids; with --json {"ids", "text"}, where
"text" is what the text's own ids decode to. With --decode it reads ids instead: [1, 2], {"ids": [1, 2]} or numbers
with spaces, commas or newlines between. With --lines each line is a text (or a list of ids), answered by a line of JSON.

Examples:
  echo -n 'Hello world' | llmops tokenize --tokenizer models:/smollm2-135m-instruct/1
  llmops tokenize --tokenizer ./my-model --json < text.txt
  llmops tokenize --tokenizer model.gguf --offsets notes.txt
  llmops tokenize --tokenizer tokenizer.json --count data/*.txt
  echo '[504, 2014]' | llmops tokenize --tokenizer ./my-model --decode
  llmops tokenize --tokenizer ./my-model --lines < texts.txt > ids.jsonl)";

struct TokenizeArguments {
  std::string tokenizer;
  std::vector<std::string> inputs;  // "-" is standard input
  bool decode = false, no_special = false, offsets = false, count = false, lines = false;
};

std::unique_ptr<text::Tokenizer> open_tokenizer(const std::string& name, Context& context) {
  if (model::is_plain_tokenizer(name)) return model::open_tokenizer(name);
  return model::open_tokenizer(model::resolve_model(context.registry_to_read(), name).model_path);
}

int table_width() { return stdout_is_terminal() ? terminal_width() : 0; }

text::TokenizeReport report_on(const text::Tokenizer& tokenizer, const text::NamedText& input,
                               const TokenizeArguments& arguments) {
  const bool add_special = !arguments.no_special;
  if (arguments.decode) {
    return text::report_decoded(tokenizer, text::parse_ids(input.text, input.name), arguments.no_special);
  }
  if (arguments.offsets) {
    return text::report_offsets(tokenizer, input.text, add_special, table_width());
  }
  return text::report_ids(tokenizer, input.text, tokenizer.encode(input.text, add_special), add_special);
}

void print_lines(const text::Tokenizer& tokenizer, const TokenizeArguments& arguments, Context& context) {
  const text::TokenizeLinesOptions options{arguments.decode, !arguments.no_special, context.threads};
  const bool json = !arguments.decode || context.json;
  for (const std::string& name : arguments.inputs) {
    if (name == "-") announce_terminal();
    LineSource from_stdin(STDIN_FILENO, "stdin");
    auto from_file = name == "-" ? nullptr : std::make_unique<LineSource>(fs::path(name));
    text::tokenize_lines(tokenizer, from_file ? *from_file : from_stdin, options, [&](const auto& report) {
      context.print(report.json, json ? dump_json(report.json) + "\n" : report.text);
    });
  }
}

void run(TokenizeArguments& arguments, Context& context) {
  if (arguments.inputs.empty()) arguments.inputs = {"-"};
  const auto tokenizer = open_tokenizer(arguments.tokenizer, context);
  if (arguments.lines) return print_lines(*tokenizer, arguments, context);
  const std::vector<text::NamedText> inputs = read_texts(arguments.inputs);
  if (arguments.count) {
    const auto counts = text::count_texts(*tokenizer, inputs, !arguments.no_special, context.threads, table_width());
    return context.print(counts.json, counts.text);
  }
  for (const text::NamedText& input : inputs) {
    text::TokenizeReport report = report_on(*tokenizer, input, arguments);
    if (inputs.size() > 1) report.json["file"] = input.name;
    context.print(report.json, inputs.size() > 1 ? fmt::format("{}:\n{}", input.name, report.text) : report.text);
  }
}

}  // namespace

void add_tokenize(CLI::App& root, Context& context) {
  auto arguments = std::make_shared<TokenizeArguments>();
  CLI::App* cmd = root.add_subcommand("tokenize", "Turn texts into token ids and back");
  cmd->add_option("-t,--tokenizer", arguments->tokenizer, "Model folder, tokenizer.json, .model, .gguf or URI")
      ->required();
  cmd->add_option("inputs", arguments->inputs, "Files; standard input where there is none, or -");
  auto* decode = cmd->add_flag("--decode", arguments->decode, "Turn ids into text");
  cmd->add_flag("--no-special", arguments->no_special,
                "Add no BOS or EOS; with --decode, leave special tokens out of the text");
  auto* offsets =
      cmd->add_flag("--offsets", arguments->offsets, "Show each token with its place in the text")->excludes(decode);
  auto* count =
      cmd->add_flag("--count", arguments->count, "Print only how many tokens, characters and bytes, and the speed")
          ->excludes(decode)
          ->excludes(offsets);
  cmd->add_flag("--lines", arguments->lines, "Take each line for itself")->excludes(offsets)->excludes(count);
  cmd->footer(kFooter);
  cmd->callback([arguments, &context] { run(*arguments, context); });
}

}  // namespace llmops::apps
