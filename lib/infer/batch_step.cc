// Putting a step's tokens together, and giving its logits out.
#include "infer/batch_step.h"

#include <algorithm>
#include <exception>

namespace llmops::infer {
namespace {

/// Room made at first beyond the prompt; a cache then doubles, so that max_tokens alone claims no memory.
constexpr std::int64_t kFirstReserve = 128;

struct Step {
  std::vector<std::int64_t> tokens;      ///< (N)
  std::vector<model::Segment> segments;  ///< caches point into the sequences
  std::vector<Sequence*> choosing;       ///< whose pending tokens all are in this step
  std::vector<std::int64_t> last_rows;   ///< of each of those, in N
};

void add(Step& step, Sequence& sequence, std::int64_t count) {
  const auto pending = sequence.pending().first(static_cast<std::size_t>(count));
  step.segments.push_back({static_cast<std::int64_t>(step.tokens.size()), count, &sequence.cache()});
  step.tokens.insert(step.tokens.end(), pending.begin(), pending.end());
  if (pending.size() == sequence.pending().size()) {
    step.choosing.push_back(&sequence);
    step.last_rows.push_back(static_cast<std::int64_t>(step.tokens.size()) - 1);
  }
  sequence.mark_started();
}

Step plan(const model::Decoder& decoder, std::span<const std::unique_ptr<Sequence>> sequences,
          std::int64_t prompt_budget) {
  Step step;
  for (const auto& sequence : sequences) {
    if (sequence->pending().size() == 1) add(step, *sequence, 1);
  }
  for (const auto& sequence : sequences) {
    const auto pending = static_cast<std::int64_t>(sequence->pending().size());
    if (pending == 1 || prompt_budget == 0) continue;
    model::KvCache& cache = sequence->cache();
    cache.reserve(decoder.config(), std::min(sequence->most_tokens(), cache.length + pending + kFirstReserve),
                  decoder.dtype());
    const std::int64_t count = std::min(pending, prompt_budget);
    prompt_budget -= count;
    add(step, *sequence, count);
  }
  return step;
}

}  // namespace

void run_step(const model::Decoder& decoder, std::span<const std::unique_ptr<Sequence>> sequences,
              std::int64_t prompt_budget) {
  const Step step = plan(decoder, sequences, prompt_budget);
  at::Tensor hidden = decoder.hidden(at::tensor(step.tokens, at::kLong), step.segments);
  if (step.choosing.empty()) return;
  hidden = hidden.index_select(0, at::tensor(step.last_rows, at::kLong));
  const at::Tensor logits = decoder.logits(hidden).contiguous();  // (choosing, V)
  const std::int64_t vocabulary = logits.size(1);
  for (std::size_t i = 0; i < step.choosing.size(); ++i) {
    float* row = logits.data_ptr<float>() + static_cast<std::int64_t>(i) * vocabulary;
    try {
      step.choosing[i]->accept({row, static_cast<std::size_t>(vocabulary)});
    } catch (const std::exception& error) {
      step.choosing[i]->fail(error.what());
    }
  }
}

}  // namespace llmops::infer
