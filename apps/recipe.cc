// `llmops recipe`: recipes checked, shown with everything resolved, and taken over from other tools.
#include <fmt/format.h>

#include "apps/commands.h"
#include "core/files.h"
#include "core/log.h"
#include "train/import/recipe_import.h"
#include "train/recipe.h"
#include "train/recipe_text.h"

namespace llmops::apps {
namespace {

constexpr const char* kFooter = R"(Examples:
  llmops recipe check lora.yaml
  llmops recipe show lora.yaml --set lora_r=32
  llmops recipe import axolotl.yml -o lora.yaml
  llmops recipe import torchtune/1B_lora.yaml --strict --json)";

constexpr const char* kImportFooter =
    R"(Prints the recipe, and on standard error what it could not take over: first what makes the result differ, then what does
not (logging, machines, kernels). Keys that the other tool leaves unsaid are written where its defaults are not ours.

Examples:
  llmops recipe import axolotl.yml > lora.yaml
  llmops recipe import llama3_2/1B_lora_single_device.yaml -o lora.yaml
  llmops recipe import axolotl.yml --strict --json         exit 1 where the result would differ)";

struct Options {
  std::string file, output;
  std::vector<std::string> overrides;
  bool strict = false;
};

void add_file(CLI::App& cmd, Options& options) {
  cmd.add_option("recipe", options.file, "Recipe of a finetuning run (.yaml)")->required();
  cmd.add_option("--set", options.overrides, "Change a value of the recipe: key=value")->take_all()->expected(1);
  cmd.footer(kFooter);
}

void add_check(CLI::App& parent, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* cmd = parent.add_subcommand("check", "Report all problems of a recipe, without opening model or data");
  add_file(*cmd, *options);
  cmd->callback([options, &context] {
    train::read_finetune_recipe(options->file, options->overrides);
    context.print({{"recipe", options->file}, {"ok", true}}, fmt::format("{}: no problem\n", options->file));
  });
}

void add_show(CLI::App& parent, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* cmd = parent.add_subcommand("show", "The recipe with all defaults, as a run records it");
  add_file(*cmd, *options);
  cmd->callback([options, &context] {
    const Json resolved = train::read_finetune_recipe(options->file, options->overrides).json();
    context.print({{"recipe", resolved}}, train::recipe_yaml(resolved));
  });
}

void import(const Options& options, Context& context) {
  const train::ImportedRecipe imported = train::import_recipe(options.file);
  const std::string yaml = imported.yaml(options.file);
  const bool write = !options.output.empty() && !context.dry_run;
  if (write) write_file_atomic(options.output, yaml);
  Json report = imported.json(options.file);
  report["output"] = write ? Json(options.output) : Json(nullptr);
  if (const std::string notes = imported.notes(options.file); !notes.empty() && !context.json) {
    log_info(notes.substr(0, notes.size() - 1));
  }
  context.print(report, write ? fmt::format("wrote {}\n", options.output) : yaml);
  if (options.strict && imported.result_changes()) context.exit_code = ExitCode::kFailed;
}

void add_import(CLI::App& parent, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* cmd = parent.add_subcommand("import", "Turn a recipe of axolotl or torchtune into one of ours");
  cmd->add_option("file", options->file, "axolotl's or torchtune's YAML")->required();
  cmd->add_option("-o,--output", options->output, "File to write (default: standard output)");
  cmd->add_flag("--strict", options->strict, "Exit 1 where something was lost that changes the result");
  cmd->footer(kImportFooter);
  cmd->callback([options, &context] { import(*options, context); });
}

}  // namespace

void add_recipe(CLI::App& root, Context& context) {
  CLI::App* cmd = root.add_subcommand("recipe", "Check, show and import finetuning recipes");
  cmd->require_subcommand(1);
  cmd->footer(kFooter);
  add_check(*cmd, context);
  add_show(*cmd, context);
  add_import(*cmd, context);
}

}  // namespace llmops::apps
