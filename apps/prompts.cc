// `llmops prompts`: versions, labels and checks of prompts.
#include "registry/prompts.h"

#include <fmt/format.h>

#include <iostream>
#include <iterator>

#include "apps/commands.h"
#include "apps/tag_argument.h"
#include "core/files.h"
#include "registry/prompt_text.h"
#include "registry/version_report.h"

namespace llmops::apps {
namespace {

constexpr const char* kFooter = R"(Examples:
  llmops prompts add triage prompt.txt -m 'ask for JSON only'
  echo 'Summarise: {{text}}' | llmops prompts add summary -
  llmops prompts show triage@production
  llmops prompts diff triage/1 triage/2
  llmops prompts label triage production 2
  llmops prompts lint triage --var ticket --var language
  llmops prompts export triage@production -o prompts/triage.json
  llmops prompts import prompts/triage.json

Variables are written {{name}}. A chat prompt is a JSON list of {"role", "content"}.)";

struct Options {
  std::string name, file, other, label, format = "text", message, output;
  std::vector<std::string> config, variables;
  int version = 0;
  bool remove = false;
};

void print_prompt(const Context& context, const registry::PromptVersion& prompt) {
  context.print(registry::prompt_json(prompt), registry::prompt_text(prompt));
}

std::string read_body(const std::string& file) {
  constexpr std::uint64_t kLargest = 1 << 20;  // bytes
  if (file != "-") return read_file(file, kLargest);
  return std::string(std::istreambuf_iterator<char>(std::cin), {});
}

// JSON where it is JSON (numbers, booleans), else the text.
Json config_json(const std::vector<std::string>& pairs) {
  Json config = Json::object();
  for (const auto& [key, value] : parse_tags(pairs)) {
    Json parsed = Json::parse(value, nullptr, false);
    config[key] = parsed.is_discarded() ? Json(value) : parsed;
  }
  return config;
}

void add_list(CLI::App& parent, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* cmd = parent.add_subcommand("list", "All versions");
  cmd->add_option("name", options->name, "Only this prompt's");
  cmd->callback([options, &context] {
    if (!options->name.empty()) registry::get_prompt(context.registry_to_read(), options->name, "", "");
    const auto prompts = registry::list_prompts(context.registry_to_read(), options->name);
    context.print({{"prompts", registry::list_json(prompts, registry::prompt_json)}},
                  registry::prompts_text(prompts, result_width()));
  });
}

void add_add(CLI::App& parent, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* cmd = parent.add_subcommand("add", "The next version, from a file or standard input");
  cmd->add_option("name", options->name, "Name of the prompt")->required();
  cmd->add_option("file", options->file, "File with the body; - is standard input")->required();
  cmd->add_option("--format", options->format, "text or chat")
      ->check(CLI::IsMember({"text", "chat"}))
      ->capture_default_str();
  cmd->add_option("-m,--message", options->message, "Why this version exists");
  cmd->add_option("--config", options->config, "KEY=VALUE that belongs to the prompt, e.g. temperature=0")
      ->take_all()
      ->expected(1);
  cmd->callback([options, &context] {
    registry::PromptVersion prompt;
    prompt.name = options->name;
    prompt.format = options->format;
    prompt.body = read_body(options->file);
    prompt.config = config_json(options->config);
    prompt.message = options->message;
    print_prompt(context, registry::add_prompt(context.registry(), prompt));
  });
}

void add_show(CLI::App& parent, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* cmd = parent.add_subcommand("show", "One version");
  cmd->add_option("prompt", options->name, "NAME, NAME/VERSION or NAME@LABEL")->required();
  cmd->callback([options, &context] {
    print_prompt(context, registry::resolve_prompt(context.registry_to_read(), options->name));
  });
}

void add_diff(CLI::App& parent, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* cmd = parent.add_subcommand("diff", "What differs between two versions");
  cmd->add_option("before", options->name, "NAME/VERSION or NAME@LABEL")->required();
  cmd->add_option("after", options->other, "NAME/VERSION or NAME@LABEL")->required();
  cmd->callback([options, &context] {
    const auto before = registry::resolve_prompt(context.registry_to_read(), options->name);
    const auto after = registry::resolve_prompt(context.registry_to_read(), options->other);
    std::string text = registry::line_diff(before.body, after.body);
    if (before.config != after.config) {
      text += fmt::format("- config {}\n+ config {}\n", dump_json(before.config), dump_json(after.config));
    }
    context.print({{"before", before.uri()}, {"after", after.uri()}, {"diff", text}},
                  text.empty() ? "no differences\n" : text);
  });
}

void add_label(CLI::App& parent, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* cmd = parent.add_subcommand("label", "Point a label at a version");
  cmd->add_option("name", options->name, "Name of the prompt")->required();
  cmd->add_option("label", options->label, "e.g. production")->required();
  CLI::Option* version =
      cmd->add_option("version", options->version, "Number of the version")->check(CLI::PositiveNumber);
  cmd->add_flag("--remove", options->remove, "Take the label away")->excludes(version);
  cmd->callback([options, &context] {
    if (!options->remove && options->version == 0) {
      throw UsageError("a version is missing", "give its number, or --remove to take the label away");
    }
    registry::label_prompt(context.registry(), options->name, options->label,
                           options->remove ? std::nullopt : std::optional(options->version));
    const auto prompts = registry::list_prompts(context.registry(), options->name);
    context.print({{"prompts", registry::list_json(prompts, registry::prompt_json)}},
                  registry::prompts_text(prompts, result_width()));
  });
}

void add_lint(CLI::App& parent, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* cmd = parent.add_subcommand("lint", "Check that every variable is given (exit 3 when one is not)");
  cmd->add_option("prompt", options->name, "NAME, NAME/VERSION or NAME@LABEL")->required();
  cmd->add_option("--var", options->variables, "Variable the caller gives; say it once for each")
      ->take_all()
      ->expected(1);
  cmd->callback([options, &context] {
    const auto prompt = registry::resolve_prompt(context.registry_to_read(), options->name);
    Json findings = Json::array();
    std::string text;
    bool failed = false;
    for (const auto& finding : registry::lint_prompt(prompt.uri(), prompt.body, options->variables)) {
      failed = failed || finding.error;
      findings.push_back({{"severity", finding.error ? "error" : "warning"}, {"message", finding.message}});
      text += fmt::format("{}: {}: {}\n", prompt.uri(), finding.error ? "error" : "warning", finding.message);
    }
    if (failed) context.exit_code = ExitCode::kTripped;
    context.print({{"prompt", prompt.uri()}, {"passed", !failed}, {"findings", findings}},
                  text.empty() ? prompt.uri() + ": ok\n" : text);
  });
}

void add_import(CLI::App& parent, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* cmd = parent.add_subcommand("import", "The next version, from a file that export wrote");
  cmd->add_option("file", options->file, "JSON file")->required();
  cmd->callback([options, &context] {
    const auto prompt = registry::import_prompt(read_json_file(options->file), options->file);
    print_prompt(context, registry::add_prompt(context.registry(), prompt));
  });
}

void add_export_folder(CLI::App& parent, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* cmd = parent.add_subcommand("export", "One version as a JSON file for git");
  cmd->add_option("prompt", options->name, "NAME, NAME/VERSION or NAME@LABEL")->required();
  cmd->add_option("-o,--output", options->output, "File to write; else standard output");
  cmd->callback([options, &context] {
    const Json exported = registry::export_prompt(registry::resolve_prompt(context.registry_to_read(), options->name));
    const std::string text = dump_json_pretty(exported);
    if (!options->output.empty()) write_file_atomic(options->output, text);
    context.print(exported, options->output.empty() ? text : fmt::format("wrote {}\n", options->output));
  });
}

}  // namespace

void add_prompts(CLI::App& root, Context& context) {
  CLI::App* cmd = root.add_subcommand("prompts", "Version, label, check and exchange prompts");
  cmd->require_subcommand(1);
  cmd->footer(kFooter);
  for (const auto add : {add_list, add_add, add_show, add_diff, add_label, add_lint, add_import, add_export_folder}) {
    add(*cmd, context);
  }
}

}  // namespace llmops::apps
