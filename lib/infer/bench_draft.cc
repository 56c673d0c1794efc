#include "infer/bench_draft.h"

#include <chrono>
#include <thread>

#include "core/cancel.h"
#include "core/error.h"
#include "infer/open_engine.h"

namespace llmops::infer {
namespace {

constexpr const char* kText =
    R"(The harbour of the old town freezes over in most winters. Then the fishermen pull their boats onto the shore,
mend their nets by the stove and wait. Children cross the ice on the way to school, and every afternoon a man with a
long pole walks ahead of them to see whether it still bears. When the thaw comes, nobody has to be told: the ice cracks
so loudly that it can be heard in every house. On that day the school stays closed, the boats are painted, and in the
evening the whole town stands on the pier to watch the first floes drift out to sea. The harbour master writes the date
into a book that his grandfather began. He has looked through it many times and says that the thaw comes earlier now,
by about two weeks in a hundred years, although no single winter would have shown it to him. )";

GenerateRequest request_of(const Engine& engine, const BenchOptions& options) {
  GenerateRequest request;
  const std::vector<TokenId> text = engine.tokenizer().encode(options.text.empty() ? kText : options.text, true);
  if (text.empty()) throw InputError("the text has no token");
  for (std::size_t i = 0; i < static_cast<std::size_t>(options.prompt); ++i) {
    request.prompt.push_back(text[i % text.size()]);
  }
  request.sampling.max_tokens = options.generate;
  request.sampling.ignore_eos = true;
  return request;
}

struct Measured {
  Repeats tok_s;
  std::vector<TokenId> tokens;
  EngineCounts counts;
};

Measured measure(const BenchOptions& options, const std::string& draft_model) {
  EngineOptions settings = options.engine;
  settings.max_batch = 1;
  settings.prefix_cache = false;  // or repeats would not read the prompt
  settings.draft_model = draft_model;
  const auto engine = open_engine(settings);
  const GenerateRequest request = request_of(*engine, options);
  Measured measured;
  for (int repeat = 0; repeat < options.repeats; ++repeat) {
    throw_if_cancelled();
    const GenerateResult result = engine->generate({&request, 1})[0];
    const double seconds = result.total_s - result.first_token_s;
    measured.tok_s.values.push_back(static_cast<double>(result.tokens.size() - 1) / seconds);
    measured.tokens = result.tokens;
  }
  // The engine's thread writes them down after it has told the answer.
  while (engine->stats().running > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  measured.counts = engine->stats().counts;
  return measured;
}

}  // namespace

DraftFigures measure_draft(const BenchOptions& options) {
  if (options.generate < 2) throw UsageError("--generate 1 leaves nothing to guess", "generate more tokens");
  const Measured with = measure(options, options.engine.draft_model), without = measure(options, "");
  DraftFigures figures;
  figures.model = options.engine.draft_model;
  figures.tok_s = with.tok_s;
  figures.plain_tok_s = without.tok_s;
  figures.same_text = with.tokens == without.tokens;
  figures.drafted = with.counts.drafted_tokens;
  figures.accepted = with.counts.accepted_tokens;
  figures.tokens_per_step = static_cast<double>(with.counts.generated_tokens) /
                            static_cast<double>(with.counts.generated_tokens - with.counts.accepted_tokens);
  return figures;
}

}  // namespace llmops::infer
