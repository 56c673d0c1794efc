// `llmops eval`: a model, or a model and its baseline, measured on tasks, recorded as a run, checked against gates.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/progress.h"
#include "infer/engine.h"
#include "model/model_source.h"
#include "registry/registry.h"

namespace llmops::eval {

struct EvaluateOptions {
  std::string model, base;             ///< URIs or paths; `base` only for an adapter
  std::vector<std::string> tasks;      ///< YAML files
  std::string data;                    ///< replaces the tasks' documents; "" for their own
  std::vector<std::string> overrides;  ///< of every task: "num_fewshot=5"
  int limit = 0;                       ///< documents of each task; 0: what the task says
  std::vector<std::string> gates;      ///< "accuracy>=0.8"
  std::string baseline;                ///< a second model; "" for none
  std::vector<std::string> max_drops;  ///< "0.02", "bleu=1.5"; needs a baseline
  std::string junit;                   ///< file to write; "" for none
  std::string output;                  ///< folder for results and samples; "" is the run's own
  int batch_size = 16;                 ///< sequences at once; changes no score
  int max_length = 0;                  ///< tokens; 0: the model's context
  bool apply_chat_template = false;    ///< put text prompts into the model's chat template
  std::string system_instruction;      ///< with it, a system message
  bool add_bos = false;                ///< put BOS before text prompts
  std::string dtype = "auto", device = "cpu";
  int threads = 0;
  std::uint64_t seed = 1234;  ///< few-shot draws and sampled answers
  bool dry_run = false;       ///< read everything but the models
  std::vector<std::string> argv;
  int table_width = 0;  ///< columns; 0 never cuts
};

/// What the library needs from outside: the tests put a model of their own here.
struct EvaluateHooks {
  std::function<std::unique_ptr<infer::Engine>(const infer::EngineOptions&)> open_engine;
  std::function<model::ModelSource(const std::string& text, const std::string& base)> resolve_model;
};

struct EvaluateReport {
  Json json;
  std::string text;
  ExitCode exit_code = ExitCode::kDone;  ///< kTripped: a check failed; kNothingMeasured: a check or all had no data
};

/// @throws UsageError, ConfigError before anything is run; InputError, SystemError, Interrupted
EvaluateReport evaluate(registry::Registry& registry, const EvaluateOptions& options, const EvaluateHooks& hooks,
                        Progress& progress);

}  // namespace llmops::eval
