// Options of the filters that run a model, `score` and `generate`: which model, how, and where the lines come from.
#pragma once

#include <memory>
#include <string>

#include "apps/commands.h"
#include "infer/engine.h"
#include "infer/line_answers.h"

namespace llmops::apps {

struct EngineArguments {
  std::string model, base, adapter;  ///< paths or URIs
  infer::EngineOptions engine;       ///< but for what is resolved of those
  std::string input;                 ///< file of lines; "" or "-" is standard input
};

void add_engine_arguments(CLI::App& cmd, EngineArguments& arguments);

/// With the model and its adapter as paths. Nothing is recorded, and a plain path opens no registry.
infer::EngineOptions resolved_options(const EngineArguments& arguments, Context& context);
/// Opens the model of resolved_options().
std::unique_ptr<infer::Engine> open_engine(const EngineArguments& arguments, Context& context);

std::unique_ptr<LineSource> open_lines(const EngineArguments& arguments);

/// Answers a line at a time, flushed; exit code 1 when a line failed.
infer::WriteAnswer answer_writer(const Context& context);
void finish_lines(const infer::LinesReport& report, Context& context);

}  // namespace llmops::apps
