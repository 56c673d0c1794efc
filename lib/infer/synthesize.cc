// Samples answers batch by batch, and keeps those that pass, in the order of the attempts.
#include "infer/synthesize.h"

#include <fmt/format.h>

#include <chrono>

#include "core/cancel.h"
#include "core/error.h"
#include "core/table.h"
#include "core/units.h"
#include "data/annotate/validator_program.h"

namespace llmops::infer {
namespace {

struct Attempt {
  std::uint64_t number = 0;
  Json variables;
  Json messages;
  bool too_long = false;
  GenerateResult result;
};

std::string plain_prompt(const Json& messages) {
  std::string text;
  for (const Json& message : messages) text += (text.empty() ? "" : "\n\n") + message["content"].get<std::string>();
  return text;
}

class Synthesis {
 public:
  Synthesis(Engine& engine, const data::SynthesisRecipe& recipe, const SynthesizeOptions& options)
      : engine_(engine), recipe_(recipe), options_(options), checker_(recipe.checks, recipe.schema) {
    if (!recipe.schema.is_null()) {
      grammar_.emplace();
      grammar_->kind = grammar::GrammarSource::Kind::kJsonSchema;
      grammar_->text = dump_json(recipe.schema);
    }
  }

  /// Attempts `first` to `first + count - 1`.
  std::vector<Attempt> run(std::uint64_t first, std::size_t count) {
    std::vector<Attempt> attempts(count);
    std::vector<GenerateRequest> requests;
    std::vector<Attempt*> asked;
    for (std::size_t i = 0; i < count; ++i) {
      Attempt& attempt = attempts[i];
      attempt.number = first + i;
      attempt.variables = data::synthesis_variables(recipe_, options_.seed, attempt.number);
      attempt.messages = data::filled_messages(recipe_, attempt.variables);
      GenerateRequest request = make_request(attempt);
      attempt.too_long = engine_.info().context_length > 0 &&
                         request.prompt.size() >= static_cast<std::size_t>(engine_.info().context_length);
      if (attempt.too_long) continue;
      requests.push_back(std::move(request));
      asked.push_back(&attempt);
    }
    std::vector<GenerateResult> results = engine_.generate(requests);
    for (std::size_t i = 0; i < asked.size(); ++i) asked[i]->result = std::move(results[i]);
    return attempts;
  }

  /// "" where the answer is a record, which `record` then is.
  std::string judge(const Attempt& attempt, Json& record) {
    if (attempt.too_long) return "prompt_too_long";
    const std::string& answer = attempt.result.text;
    if (std::string rule = checker_.check(answer, attempt.result.finish_reason == "length", attempt.variables);
        !rule.empty()) {
      return rule;
    }
    try {
      record = data::synthetic_record(recipe_, attempt.messages, answer);
    } catch (const InputError&) {
      return "not_json";
    }
    record["synthesis"] = origin(attempt);
    if (!options_.validator.empty()) {
      if (std::string rule = data::ask_validator(options_.validator, record); !rule.empty()) return rule;
    }
    checker_.accept(answer);
    return "";
  }

  Json origin(const Attempt& attempt) const {
    return {{"seed", data::synthesis_seed(options_.seed, attempt.number)},
            {"attempt", attempt.number},
            {"prompt_sha256", prompt_sha256_},
            {"model", options_.model},
            {"variables", attempt.variables}};
  }

  const std::string& prompt_sha256() const { return prompt_sha256_; }

 private:
  GenerateRequest make_request(const Attempt& attempt) const {
    GenerateRequest request;
    const text::ChatTemplate* chat = engine_.chat_template();
    request.prompt = chat == nullptr ? engine_.tokenizer().encode(plain_prompt(attempt.messages), /*add_special=*/true)
                                     : engine_.tokenizer().encode(chat->render(attempt.messages, true), false);
    const data::SynthesisSampling& given = recipe_.sampling;
    SamplingOptions& sampling = request.sampling;
    sampling.max_tokens = given.max_tokens;
    sampling.temperature = given.temperature;
    sampling.top_p = given.top_p;
    sampling.top_k = given.top_k;
    sampling.min_p = given.min_p;
    sampling.repetition_penalty = given.repetition_penalty;
    sampling.stop = given.stop;
    sampling.seed = data::synthesis_seed(options_.seed, attempt.number);
    request.grammar = grammar_;
    return request;
  }

  Engine& engine_;
  const data::SynthesisRecipe& recipe_;
  const SynthesizeOptions& options_;
  data::RecordChecker checker_;
  std::optional<grammar::GrammarSource> grammar_;
  std::string prompt_sha256_ = recipe_.prompt_sha256();
};

}  // namespace

SynthesisReport synthesize(Engine& engine, const data::SynthesisRecipe& recipe, const SynthesizeOptions& options,
                           const std::function<void(const Json&)>& on_record,
                           const std::function<void(const Json&)>& on_reject, Progress& progress) {
  const auto start = std::chrono::steady_clock::now();
  Synthesis synthesis(engine, recipe, options);
  SynthesisReport report;
  report.wanted = options.count;
  report.prompt_sha256 = synthesis.prompt_sha256();
  const std::size_t most = options.most_attempts > 0 ? options.most_attempts : 10 * options.count;
  progress.start("synthesizing", options.count, "records");
  for (std::uint64_t next = 0; report.accepted < options.count && next < most;) {
    throw_if_cancelled();
    const std::size_t count = std::min<std::size_t>(options.batch, most - next);
    for (const Attempt& attempt : synthesis.run(next, count)) {
      if (report.accepted == options.count) break;  // the rest of the batch was for nothing
      ++report.attempts;
      report.tokens += attempt.result.tokens.size();
      Json record;
      const std::string rule = synthesis.judge(attempt, record);
      if (!rule.empty()) {
        ++report.rejected[rule];
        if (on_reject)
          on_reject({{"rule", rule}, {"text", attempt.result.text}, {"synthesis", synthesis.origin(attempt)}});
        continue;
      }
      ++report.accepted;
      Json named{{"id", fmt::format("{}-{:06}", recipe.name, report.accepted)}};
      record.erase("id");
      named.update(record);
      on_record(named);
    }
    next += count;
    progress.update(report.accepted, fmt::format("{} attempts", report.attempts));
  }
  progress.finish();
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

Json SynthesisReport::json() const {
  return {{"wanted", wanted}, {"accepted", accepted}, {"attempts", attempts},          {"rejected", rejected},
          {"tokens", tokens}, {"seconds", seconds},   {"prompt_sha256", prompt_sha256}};
}

std::string SynthesisReport::text() const {
  std::string line =
      fmt::format("{} of {} records after {} attempts, {} tokens in {}\n", format_count(accepted), format_count(wanted),
                  format_count(attempts), format_count(tokens), format_duration(seconds));
  if (rejected.empty()) return line;
  Table table({{"rejected by"}, {"attempts", Table::Align::kRight}});
  for (const auto& [rule, count] : rejected) table.add_row({rule, format_count(count)});
  return line + table.render(0);
}

}  // namespace llmops::infer
