// Texts to vectors: tokens, batches of nearly equal length, pooling, and what follows it.
#include "infer/embed_model.h"

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>

#include "core/cancel.h"
#include "core/error.h"
#include "core/process.h"

namespace llmops::infer {
namespace {

using text::TokenId;
using Kind = model::SentenceStep::Kind;

/// Of one forward pass: bounds its memory when texts are long.
constexpr std::size_t kMaxBatchTokens = 16'384;

at::ScalarType parse_dtype(const EmbedderOptions& options) {
  if (options.device != "cpu")
    throw UsageError(fmt::format("device '{}' is not available for embeddings", options.device), "use --device cpu");
  if (options.dtype == "auto" || options.dtype == "float32") return at::kFloat;
  if (options.dtype == "bfloat16") return at::kBFloat16;
  throw UsageError(fmt::format("unknown dtype '{}'", options.dtype), "known are auto, float32 and bfloat16");
}

bool is_normalise(const model::SentenceStep& step) { return step.kind == Kind::kNormalize; }

/// [begin, end) of each batch, over sequences sorted by length.
std::vector<std::pair<std::size_t, std::size_t>> cut_batches(std::span<const std::vector<TokenId>* const> sequences,
                                                             std::size_t batch_size) {
  std::vector<std::pair<std::size_t, std::size_t>> batches;
  std::size_t tokens = 0;
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    tokens += sequences[i]->size();
    if (batches.empty() || i - batches.back().first == batch_size || tokens > kMaxBatchTokens) {
      batches.emplace_back(i, i);
      tokens = sequences[i]->size();
    }
    batches.back().second = i + 1;
  }
  return batches;
}

/// One thread for as long as it lives.
class SingleThread {
 public:
  SingleThread() : before_(at::get_num_threads()) { at::set_num_threads(1); }
  ~SingleThread() { at::set_num_threads(before_); }
  SingleThread(const SingleThread&) = delete;
  SingleThread& operator=(const SingleThread&) = delete;

 private:
  int before_;
};

/// A thread each works through whole batches: a small model's products are too short to be shared. One batch alone is
/// shared inside.
void for_each_batch(std::size_t count, const std::function<void(std::size_t)>& run) {
  if (count == 1) return run(0);
  std::atomic<std::size_t> next = 0;
  at::parallel_for(0, std::min<std::int64_t>(at::get_num_threads(), static_cast<std::int64_t>(count)), 1,
                   [&](std::int64_t, std::int64_t) {
                     for (std::size_t i = next++; i < count; i = next++) run(i);
                   });
}

}  // namespace

std::unique_ptr<Embedder> open_embedder(const EmbedderOptions& options) {
  return std::make_unique<TorchEmbedder>(options);
}

TorchEmbedder::TorchEmbedder(const EmbedderOptions& options) : batch_size_(std::max(1, options.batch_size)) {
  const at::ScalarType dtype = parse_dtype(options);
  at::set_num_threads(options.threads > 0 ? options.threads : available_processors());
  layout_ = model::read_sentence_layout(options.model);
  apply(options);
  backbone_ = load_backbone(layout_, !options.pooling.empty(), dtype);
  int width = backbone_.width * static_cast<int>(layout_.pooling.size());
  for (const model::SentenceStep& step : layout_.steps) {
    if (step.kind != Kind::kDense) continue;
    dense_.push_back(load_dense(step, width));
    width = step.out;
  }
  if (options.dimensions > width) {
    throw UsageError(fmt::format("{} dimensions were asked for, the model makes {}", options.dimensions, width),
                     "give fewer --dimensions");
  }
  const int limit = options.max_tokens > 0 ? std::min(options.max_tokens, backbone_.max_tokens)
                                           : token_limit(layout_, backbone_.max_tokens);
  tokens_ = std::make_unique<EmbedTokens>(text::load_tokenizer(layout_.model),
                                          choose_prompt(layout_, options.prompt, options.prompt_name), limit,
                                          layout_.lower_case);
  if (!layout_.include_prompt) prompt_tokens_ = tokens_->prompt_tokens();
  const int kept = layout_.dimensions > 0 ? std::min(layout_.dimensions, width) : width;
  info_ = {backbone_.architecture, kept, limit, backbone_.parameters};
}

/// What the user says goes over what the folder says.
void TorchEmbedder::apply(const EmbedderOptions& options) {
  if (!options.pooling.empty()) layout_.pooling = {model::parse_pooling(options.pooling)};
  if (options.dimensions > 0) layout_.dimensions = options.dimensions;
  if (!options.normalise) return;
  std::erase_if(layout_.steps, is_normalise);
  if (*options.normalise) layout_.steps.emplace_back();
}

std::vector<std::vector<float>> TorchEmbedder::embed(std::span<const std::string> texts) {
  std::vector<std::vector<float>> vectors(texts.size());
  std::vector<std::vector<TokenId>> tokens(texts.size());
  at::parallel_for(0, static_cast<std::int64_t>(texts.size()), 16, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) tokens[i] = tokens_->encode(texts[i]);
  });
  std::vector<std::size_t> order(texts.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return tokens[a].size() > tokens[b].size(); });
  std::vector<const std::vector<TokenId>*> sequences;
  std::vector<std::vector<float>*> out;
  for (const std::size_t i : order) {
    sequences.push_back(&tokens[i]);
    out.push_back(&vectors[i]);
  }
  const auto batches = cut_batches(sequences, static_cast<std::size_t>(batch_size_));
  // The answer to one short text would wait longer for threads to meet than they save.
  constexpr std::size_t kWorthSharing = 256;  // tokens
  std::size_t total = 0;
  for (const auto& ids : tokens) total += ids.size();
  std::optional<SingleThread> single;
  if (total < kWorthSharing) single.emplace();
  for_each_batch(batches.size(), [&](std::size_t i) {
    throw_if_cancelled();
    const auto [begin, end] = batches[i];
    embed_batch(Sequences(sequences).subspan(begin, end - begin), std::span(out).subspan(begin, end - begin));
  });
  return vectors;
}

/// @returns (B, C times the number of pooling modes) float32
at::Tensor TorchEmbedder::pooled(Sequences batch) const {
  std::vector<std::int64_t> ids, lengths;
  for (const auto* sequence : batch) {
    ids.insert(ids.end(), sequence->begin(), sequence->end());
    lengths.push_back(static_cast<std::int64_t>(sequence->size()));
  }
  const at::Tensor tokens = at::from_blob(ids.data(), {static_cast<std::int64_t>(ids.size())}, at::kLong);
  const at::Tensor hidden = backbone_.hidden(tokens, lengths).to(at::kFloat).contiguous();
  const auto width = static_cast<std::size_t>(backbone_.width);
  at::Tensor out = at::empty(
      {static_cast<std::int64_t>(batch.size()), static_cast<std::int64_t>(width * layout_.pooling.size())}, at::kFloat);
  const float* row = hidden.const_data_ptr<float>();
  float* place = out.data_ptr<float>();
  for (const std::int64_t length : lengths) {
    const std::span<const float> rows(row, static_cast<std::size_t>(length) * width);
    for (const model::Pooling pooling : layout_.pooling) {
      model::pool(rows, width, pooling, prompt_tokens_, {place, width});
      place += width;
    }
    row += rows.size();
  }
  return out;
}

void TorchEmbedder::embed_batch(Sequences batch, std::span<std::vector<float>* const> out) const {
  const at::NoGradGuard no_grad;
  at::Tensor x = pooled(batch);
  const auto each_row = [&](const std::function<void(std::span<float>, std::size_t)>& change) {
    const auto width = static_cast<std::size_t>(x.size(1));
    for (std::size_t i = 0; i < batch.size(); ++i) change({x.data_ptr<float>() + i * width, width}, i);
  };
  auto dense = dense_.begin();
  for (const model::SentenceStep& step : layout_.steps) {
    if (step.kind == Kind::kDense)
      x = (*dense++)(x);
    else
      each_row([](std::span<float> row, std::size_t) { model::normalise(row); });
  }
  const auto kept = static_cast<std::size_t>(info_.dimensions);
  const bool normalised = std::any_of(layout_.steps.begin(), layout_.steps.end(), is_normalise);
  each_row([&](std::span<float> row, std::size_t i) {
    if (kept < row.size() && normalised) model::normalise(row.first(kept));
    if (!std::all_of(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(kept),
                     [](float value) { return std::isfinite(value); })) {
      throw InputError("the model's output is not a finite number", "its weights may be damaged");
    }
    out[i]->assign(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(kept));
  });
}

}  // namespace llmops::infer
