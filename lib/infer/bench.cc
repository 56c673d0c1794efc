// The measurements: the decoder alone, without text and without sampling, as the peers' benchmarks have it.
#include "infer/bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

#include "core/cancel.h"
#include "core/error.h"
#include "core/process.h"
#include "infer/bench_draft.h"
#include "infer/engine_model.h"
#include "infer/kv_cache_plan.h"
#include "model/weight_layout.h"
#include "ops/isa.h"
#include "ops/machine_limits.h"

namespace llmops::infer {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

void check(const BenchOptions& options) {
  const auto require = [](int value, const char* name) {
    if (value < 1 || value > 1 << 20)
      throw UsageError(fmt::format("--{} is {}, expected 1 to {}", name, value, 1 << 20));
  };
  require(options.prompt, "prompt");
  require(options.generate, "generate");
  require(options.repeats, "repeats");
  for (const int batch : options.batches) require(batch, "batch");
  if (options.batches.empty()) throw UsageError("no batch was given");
}

/// Sequences of one length, each with blocks of its own.
class Sequences {
 public:
  Sequences(const BenchOptions& options, int count, int vocabulary)
      : per_sequence_((options.prompt + options.generate + ops::kBlockTokens - 1) / ops::kBlockTokens),
        prompt_(options.prompt),
        count_(count),
        vocabulary_(vocabulary),
        blocks_(static_cast<std::size_t>(per_sequence_) * static_cast<std::size_t>(count)) {
    std::iota(blocks_.begin(), blocks_.end(), 0);
  }

  /// The next `length` tokens of every sequence, after `past`.
  void run(model::InferenceDecoder& decoder, model::KvStore& store, std::int64_t past, std::int64_t length) {
    throw_if_cancelled();
    tokens_.clear();
    segments_.clear();
    for (int s = 0; s < count_; ++s) {
      const auto each = static_cast<std::size_t>(per_sequence_);
      const auto blocks = std::span<const std::int32_t>(blocks_).subspan(static_cast<std::size_t>(s) * each, each);
      segments_.push_back({static_cast<std::int64_t>(tokens_.size()), length, past, blocks});
      // Any tokens do: what they are changes no speed, and equal ones would share rows of the embedding.
      for (std::int64_t i = 0; i < length; ++i) {
        tokens_.push_back(static_cast<TokenId>((past + i) * 7919 % vocabulary_));
      }
    }
    model::SequenceTraits traits;
    traits.prompt = prompt_;
    const std::vector<model::SequenceTraits> all(segments_.size(), traits);
    const std::span<const float> hidden = decoder.hidden(tokens_, segments_, store, all);
    const std::size_t width = hidden.size() / tokens_.size();
    last_.clear();
    for (const ops::AttentionSegment& segment : segments_) {
      const auto row = hidden.subspan(static_cast<std::size_t>(segment.begin + segment.length - 1) * width, width);
      last_.insert(last_.end(), row.begin(), row.end());
    }
    logits_.resize(static_cast<std::size_t>(count_) * static_cast<std::size_t>(vocabulary_));
    decoder.logits(last_, past >= prompt_ ? count_ : 0, logits_);
  }

  std::int32_t blocks() const { return static_cast<std::int32_t>(blocks_.size()); }

 private:
  std::int32_t per_sequence_;
  std::int64_t prompt_;
  int count_, vocabulary_;
  std::vector<std::int32_t> blocks_;
  std::vector<TokenId> tokens_;
  std::vector<ops::AttentionSegment> segments_;
  std::vector<float> last_, logits_;
};

struct Bench {
  const BenchOptions& options;
  Progress& progress;
  EngineModel model;
  ops::CacheFormat cache = ops::CacheFormat::kF32;
  std::uint64_t done = 0;

  void advance() {
    throw_if_cancelled();
    progress.update(++done);
  }

  void load(BenchReport& report) {
    for (int repeat = 0; repeat < options.repeats; ++repeat) {
      model = {};  // before the next is loaded: two would not fit where one does
      const auto start = Clock::now();
      model = load_engine_model(options.engine);
      report.load_s.values.push_back(seconds_since(start));
      cache = plan_kv_cache(options.engine, model.decoder->config(), model.info.weights).format;
      Sequences sequences(options, 1, model.info.vocab_size);
      model::KvStore store(model.decoder->config(), cache, sequences.blocks());
      sequences.run(*model.decoder, store, 0, options.prompt);
      report.first_token_s.values.push_back(seconds_since(start));
      advance();
    }
  }

  BatchFigures measure(int batch) {
    BatchFigures figures;
    figures.batch = batch;
    Sequences sequences(options, batch, model.info.vocab_size);
    model::KvStore store(model.decoder->config(), cache, sequences.blocks());
    for (int repeat = 0; repeat < options.repeats; ++repeat) {
      auto start = Clock::now();
      sequences.run(*model.decoder, store, 0, options.prompt);
      figures.prefill_tok_s.values.push_back(batch * options.prompt / seconds_since(start));
      start = Clock::now();
      for (int i = 0; i < options.generate; ++i) {
        throw_if_cancelled();
        sequences.run(*model.decoder, store, options.prompt + i, 1);
      }
      figures.decode_tok_s.values.push_back(batch * options.generate / seconds_since(start));
      advance();
    }
    return figures;
  }

  /// Keys and values of a sequence of `tokens`, in whole blocks.
  std::uint64_t cache_bytes(int tokens) const {
    const model::KvStore one(model.decoder->config(), cache, 1);
    return one.block_bytes() * static_cast<std::uint64_t>((tokens + ops::kBlockTokens - 1) / ops::kBlockTokens);
  }
};

/// Of all weights, those that a step of `tokens` reads: not those of experts that no token chose, were each as likely.
double share_read(const model::ModelConfig& config, int tokens) {
  double all = 0, of_experts = 0;
  for (const model::ExpectedTensor& tensor : model::expected_tensors(config)) {
    double size = 1;
    for (const std::int64_t axis : tensor.shape) size *= static_cast<double>(axis);
    all += size;
    if (tensor.expert >= 0) of_experts += size;
  }
  if (of_experts == 0) return 1;
  const double idle = 1 - std::min(1.0, static_cast<double>(config.experts_used) / config.experts);
  return 1 - of_experts / all * std::pow(idle, tokens);
}

}  // namespace

double Repeats::median() const {
  if (values.empty()) return 0;
  std::vector<double> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  const std::size_t half = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

BenchReport run_bench(const BenchOptions& options, Progress& progress) {
  check(options);
  progress.start("measuring", static_cast<std::uint64_t>(options.repeats) * (2 + options.batches.size()), "runs");
  BenchReport report;
  Bench bench{options, progress, {}};
  bench.load(report);
  const ModelInfo& info = bench.model.info;
  report.model = options.engine.model;
  report.architecture = info.architecture;
  report.weights = info.weights;
  report.isa = ops::isa_name(ops::chosen_isa());
  report.threads = bench.model.decoder->pool().size();
  report.prompt = options.prompt;
  report.generate = options.generate;
  report.weight_bytes = bench.model.decoder->weight_bytes();
  report.kv_bytes = bench.cache_bytes(options.prompt + options.generate);
  for (const int batch : options.batches) report.batches.push_back(bench.measure(batch));
  report.peak_rss_bytes = peak_memory_bytes();
  for (int repeat = 0; repeat < options.repeats; ++repeat) {
    report.bandwidth_gb_s.values.push_back(
        ops::measure_read_bandwidth(bench.model.decoder->pool(), std::size_t{512} << 20, /*repeats=*/1));
    bench.advance();
  }
  // A step reads each weight it needs once, and each sequence's keys and values so far: half of the answer's on
  // average.
  const std::uint64_t cache = bench.cache_bytes(options.prompt + options.generate / 2);
  for (BatchFigures& figures : report.batches) {
    const double steps_s = figures.decode_tok_s.median() / figures.batch;
    const double weights =
        share_read(bench.model.decoder->config(), figures.batch) * static_cast<double>(report.weight_bytes);
    figures.decode_gb_s =
        steps_s * (weights + static_cast<double>(cache * static_cast<std::uint64_t>(figures.batch))) / 1e9;
    figures.bandwidth_share = figures.decode_gb_s / report.bandwidth_gb_s.median();
  }
  if (!options.engine.draft_model.empty()) {
    bench.model = {};  // before both are loaded
    report.draft = measure_draft(options);
  }
  progress.finish();
  return report;
}

}  // namespace llmops::infer
