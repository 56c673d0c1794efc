// What `llmops bench` measures: how fast a model is loaded, reads prompts and writes answers, beside what the machine
// could do.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/json.h"
#include "core/progress.h"
#include "infer/engine.h"

namespace llmops::infer {

struct BenchOptions {
  EngineOptions engine;            ///< but batches and cache, which are chosen here
  int prompt = 256;                ///< tokens of each prompt
  int generate = 64;               ///< tokens decoded after it, by each sequence
  std::vector<int> batches = {1};  ///< sequences at once, one measurement each
  int repeats = 3;                 ///< of each measurement
  std::string text;                ///< prompt where there is a draft model; "": some plain English
};

/// One figure: the median of its repeats, which are kept.
struct Repeats {
  std::vector<double> values;
  double median() const;
};

struct BatchFigures {
  int batch = 1;
  Repeats prefill_tok_s;       ///< prompt tokens of all sequences
  Repeats decode_tok_s;        ///< generated tokens of all sequences
  double decode_gb_s = 0;      ///< of weights and cache read, 10^9 bytes a second
  double bandwidth_share = 0;  ///< of what the machine reads, 0..1
};

/// Decoding one sequence through the engine, with a draft model and without.
struct DraftFigures {
  std::string model;
  Repeats tok_s;                            ///< generated tokens after the first
  Repeats plain_tok_s;                      ///< likewise, without guesses
  std::uint64_t drafted = 0, accepted = 0;  ///< tokens guessed in all repeats, and of those, right
  double tokens_per_step = 1;               ///< of the model, not of the draft model
  bool same_text = false;                   ///< with and without
};

struct BenchReport {
  std::string model, architecture, weights, isa;
  int threads = 0, prompt = 0, generate = 0;
  Repeats load_s;
  Repeats first_token_s;  ///< from the start of loading, for one prompt
  Repeats bandwidth_gb_s;
  std::uint64_t weight_bytes = 0;     ///< in memory
  std::uint64_t kv_bytes = 0;         ///< of one sequence at its end
  std::uint64_t peak_rss_bytes = 0;   ///< of the process, the bandwidth's buffer not included
  std::vector<BatchFigures> batches;  ///< as asked for
  std::optional<DraftFigures> draft;  ///< where there is a draft model
};

/// @throws UsageError  for options out of range; as load_engine_model()
BenchReport run_bench(const BenchOptions& options, Progress& progress);

/// One object with the first batch's figures at the top, each with its repeats, and all of them in `batches`.
Json bench_json(const BenchReport& report);
std::string bench_text(const BenchReport& report, int width);

}  // namespace llmops::infer
