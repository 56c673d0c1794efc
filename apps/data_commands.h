// The subcommands of `llmops data` that look into records, and how a dataset's name becomes its files.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "apps/context.h"
#include "data/explore/dataset_files.h"

namespace llmops::apps {

void add_data_show(CLI::App& parent, Context& context);
void add_data_sample(CLI::App& parent, Context& context);
void add_data_search(CLI::App& parent, Context& context);
void add_data_diff(CLI::App& parent, Context& context);
void add_data_stats(CLI::App& parent, Context& context);
void add_data_report(CLI::App& parent, Context& context);

/// Whether it is the path of something that is there; a name of the registry has no slash in it.
bool is_data_path(const std::string& text);

/// @param text   a path, else NAME, NAME@VERSION or data:/NAME@VERSION
/// @param split  only this one; "" for all
data::explore::DatasetFiles open_data(Context& context, const std::string& text, const std::string& split = "");

inline constexpr const char* kDataArgument = "NAME[@VERSION], a prepared folder, or a .jsonl file";

}  // namespace llmops::apps
