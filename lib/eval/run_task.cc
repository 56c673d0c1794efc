// The model's part of a task: documents become requests of the engine, answers become evidence. Requests go to the
// engine in one call, in the order of the documents; how it batches them changes no score.
#include "eval/run_task.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "core/error.h"
#include "eval/filter.h"
#include "eval/likelihood.h"
#include "eval/metrics/python_text.h"

namespace llmops::eval {
namespace {

class TaskRunner {
 public:
  TaskRunner(const Task& task, infer::Engine& engine, const RunTaskOptions& options, Progress& progress,
             TaskResult& result)
      : task_(task), engine_(engine), options_(options), progress_(progress), result_(result) {
    const int context = engine.info().context_length;
    longest_ = static_cast<std::size_t>(options.max_length > 0 ? std::min(options.max_length, context) : context);
    if (longest_ < 2) throw InputError(fmt::format("a context of {} tokens holds no text to score", longest_));
  }

  void run() {
    if (task_.output_type == OutputType::kGenerateUntil) {
      generate();
    } else if (task_.output_type == OutputType::kLoglikelihoodRolling) {
      score_rolling();
    } else {
      score_continuations();
    }
  }

 private:
  std::function<void(std::size_t)> report(std::size_t total) {
    progress_.start(task_.name, total, task_.output_type == OutputType::kGenerateUntil ? "answers" : "sequences");
    return [this](std::size_t done) { progress_.update(done); };
  }

  infer::GenerateRequest request_for(const Outcome& outcome) const {
    infer::GenerateRequest request;
    const GenerationSpec& spec = task_.generation;
    const bool chat = outcome.one.chat;
    request.prompt = engine_.tokenizer().encode(outcome.one.prompt, false);
    if (request.prompt.empty() || (options_.add_bos && !chat)) {
      request.prompt.insert(request.prompt.begin(), prefix_token(engine_.tokenizer()));
    }
    request.sampling.max_tokens = spec.max_tokens;
    request.sampling.temperature = spec.temperature;
    request.sampling.top_p = spec.top_p;
    request.sampling.top_k = spec.top_k;
    request.sampling.seed = options_.seed + outcome.one.index;
    const bool plain_text = task_.doc_to_messages.empty() && !task_.fewshot_delimiter.empty();
    request.sampling.stop = spec.until.value_or(plain_text ? std::vector<std::string>{task_.fewshot_delimiter}
                                                           : std::vector<std::string>{});
    return request;
  }

  /// Cuts a text prompt's beginning; a chat prompt without its beginning would be another conversation.
  bool fit(Outcome& outcome, infer::GenerateRequest& request) const {
    const std::size_t most = longest_ - static_cast<std::size_t>(task_.generation.max_tokens);
    if (request.prompt.size() <= most) return true;
    if (outcome.one.chat) {
      outcome.error = fmt::format("prompt has {} tokens, the context of {} has room for {} before the answer",
                                  request.prompt.size(), longest_, most);
      return false;
    }
    request.prompt.erase(request.prompt.begin(), request.prompt.end() - static_cast<std::ptrdiff_t>(most));
    return outcome.truncated = true;
  }

  void generate() {
    if (static_cast<std::size_t>(task_.generation.max_tokens) >= longest_) {
      throw ConfigError(fmt::format("{}: 'max_gen_toks' is {}, which leaves no room in a context of {} tokens",
                                    task_.file.string(), task_.generation.max_tokens, longest_),
                        "lower generation_kwargs.max_gen_toks");
    }
    std::vector<infer::GenerateRequest> requests;
    std::vector<Outcome*> owners;
    for (Outcome& outcome : result_.outcomes) {
      infer::GenerateRequest request = request_for(outcome);
      if (!fit(outcome, request)) continue;
      result_.prompt_tokens += request.prompt.size();
      requests.push_back(std::move(request));
      owners.push_back(&outcome);
    }
    if (requests.empty()) return;
    const auto answers = engine_.generate(requests, report(requests.size()));
    for (std::size_t i = 0; i < answers.size(); ++i) {
      owners[i]->output = answers[i].text;
      owners[i]->finish_reason = answers[i].finish_reason;
      result_.generated_tokens += answers[i].tokens.size();
    }
  }

  std::vector<infer::SequenceScore> score(const std::vector<ScoreRequest>& requests) {
    std::vector<std::vector<text::TokenId>> sequences;
    for (const ScoreRequest& request : requests) {
      sequences.push_back(request.tokens);
      result_.prompt_tokens += request.tokens.size();
    }
    return sequences.empty() ? std::vector<infer::SequenceScore>{} : engine_.score(sequences, report(sequences.size()));
  }

  void score_continuations() {
    std::vector<ScoreRequest> requests;
    for (Outcome& outcome : result_.outcomes) {
      const std::size_t before = requests.size();
      for (const std::string& continuation : outcome.one.continuations) {
        const bool add_bos = options_.add_bos && !outcome.one.chat;
        requests.push_back(encode_pair(engine_.tokenizer(), outcome.one.prompt, continuation, add_bos, longest_));
        outcome.truncated = outcome.truncated || requests.back().truncated;
        if (requests.back().tokens.empty()) {
          outcome.error =
              fmt::format("continuation '{}' has no token of its own, or too many for the context", continuation);
        }
      }
      if (!outcome.error.empty()) requests.resize(before);
    }
    const auto scores = score(requests);
    std::size_t at = 0;
    for (Outcome& outcome : result_.outcomes) {
      if (!outcome.error.empty()) continue;
      for (std::size_t i = 0; i < outcome.one.continuations.size(); ++i, ++at) {
        const LikelihoodSum sum = sum_scored(requests[at], scores[at]);
        outcome.evidence.choice_logprobs.push_back(sum.logprob);
        outcome.evidence.logprob = sum.logprob;
        outcome.evidence.greedy = sum.greedy;
      }
      for (const std::string& choice : outcome.one.choices) {
        outcome.evidence.choice_characters.push_back(python_length(choice));
      }
      outcome.evidence.gold = outcome.one.gold;
      check_finite(outcome, outcome.evidence.choice_logprobs);
    }
  }

  void score_rolling() {
    const text::TokenId prefix = prefix_token(engine_.tokenizer());
    std::vector<ScoreRequest> requests;
    std::vector<std::size_t> ends;
    for (const Outcome& outcome : result_.outcomes) {
      const auto windows =
          rolling_windows(engine_.tokenizer().encode(outcome.one.references.front(), false), prefix, longest_);
      requests.insert(requests.end(), windows.begin(), windows.end());
      ends.push_back(requests.size());
    }
    const auto scores = score(requests);
    std::size_t at = 0;
    for (std::size_t i = 0; i < result_.outcomes.size(); ++i) {
      Evidence& evidence = result_.outcomes[i].evidence;
      const std::string& text = result_.outcomes[i].one.references.front();
      for (; at < ends[i]; ++at) {
        const LikelihoodSum sum = sum_scored(requests[at], scores[at]);
        evidence.logprob += sum.logprob;
        evidence.tokens += static_cast<double>(sum.tokens);
      }
      evidence.words = static_cast<double>(count_split_words(text));
      evidence.bytes = static_cast<double>(text.size());
      check_finite(result_.outcomes[i], {evidence.logprob});
    }
  }

  static void check_finite(Outcome& outcome, const std::vector<double>& logprobs) {
    for (const double logprob : logprobs) {
      if (!std::isfinite(logprob)) outcome.error = "the model gave a log-probability that is not a number";
    }
  }

  const Task& task_;
  infer::Engine& engine_;
  const RunTaskOptions& options_;
  Progress& progress_;
  TaskResult& result_;
  std::size_t longest_ = 0;
};

}  // namespace

TaskResult run_task(const Task& task, const Documents& documents, const Documents* fewshot, infer::Engine& engine,
                    const RunTaskOptions& options, Progress& progress) {
  check_filters(task);
  TaskResult result;
  result.task = task;
  result.available = documents.items.size();
  for (Case& one : build_cases(task, documents, fewshot, engine.chat_template(), options.cases)) {
    result.outcomes.emplace_back().one = std::move(one);
  }
  const auto start = std::chrono::steady_clock::now();
  TaskRunner(task, engine, options, progress, result).run();
  result.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  progress.finish();
  summarise(result);
  return result;
}

}  // namespace llmops::eval
