// Options of the engine, which all commands that run a model share.
#pragma once

#include "apps/commands.h"
#include "infer/engine.h"

namespace llmops::apps {

/// How sequences are run and where their keys and values lie: all but the model, which commands name in their own ways.
void add_engine_options(CLI::App& cmd, infer::EngineOptions& options);

void add_dtype_option(CLI::App& cmd, infer::EngineOptions& options);    ///< part of add_engine_options()
void add_kv_type_option(CLI::App& cmd, infer::EngineOptions& options);  ///< likewise

/// How tokens are guessed before the model decides. Only of commands that generate.
void add_guessing_options(CLI::App& cmd, infer::EngineOptions& options);

/// Those of a draft model: part of add_guessing_options().
void add_draft_options(CLI::App& cmd, infer::EngineOptions& options);

/// The path of a draft model given by path or URI; "" for "". A plain path opens no registry.
std::string draft_model_path(const std::string& given, Context& context);

}  // namespace llmops::apps
