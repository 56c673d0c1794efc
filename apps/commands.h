// The commands, one add_*() function each, in the order `llmops --help` lists them.
#pragma once

#include <CLI/CLI.hpp>

#include "apps/context.h"

namespace llmops::apps {

void add_pull(CLI::App& root, Context& context);
void add_prepare(CLI::App& root, Context& context);
void add_annotate(CLI::App& root, Context& context);
void add_finetune_lora(CLI::App& root, Context& context);
void add_pretrain(CLI::App& root, Context& context);
void add_sweep(CLI::App& root, Context& context);
void add_recipe(CLI::App& root, Context& context);
void add_combine(CLI::App& root, Context& context);
void add_merge(CLI::App& root, Context& context);
void add_unmerge(CLI::App& root, Context& context);
void add_eval(CLI::App& root, Context& context);
void add_quantize(CLI::App& root, Context& context);
void add_export(CLI::App& root, Context& context);
void add_serve(CLI::App& root, Context& context);
void add_monitor(CLI::App& root, Context& context);
void add_runs(CLI::App& root, Context& context);
void add_models(CLI::App& root, Context& context);
void add_data(CLI::App& root, Context& context);
void add_prompts(CLI::App& root, Context& context);
void add_lineage(CLI::App& root, Context& context);
void add_template(CLI::App& root, Context& context);
void add_score(CLI::App& root, Context& context);
void add_generate(CLI::App& root, Context& context);
void add_chat(CLI::App& root, Context& context);
void add_bench(CLI::App& root, Context& context);
void add_doctor(CLI::App& root, Context& context);
void add_embed(CLI::App& root, Context& context);
void add_tokenize(CLI::App& root, Context& context);
void add_tokenizer(CLI::App& root, Context& context);
void add_completion(CLI::App& root, Context& context);
void add_help(CLI::App& root, Context& context);

/// Adds all of the above and the global options.
void add_commands(CLI::App& root, Context& context);

}  // namespace llmops::apps
