// Asks a model what it would answer.
#include "infer/suggest_labels.h"

#include <fmt/format.h>

#include <cmath>
#include <fstream>

#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "core/json_lines.h"
#include "data/annotate/answer_keys.h"
#include "data/annotate/screen.h"
#include "data/record.h"

namespace llmops::infer {
namespace {

using data::AnnotationTask;
using Kind = AnnotationTask::Kind;

std::string question_of(const AnnotationTask& task) {
  switch (task.kind) {
    case Kind::kLabel:
      return fmt::format("Labels: {}.\nAnswer with {}.", fmt::join(task.labels, ", "),
                         task.multiple ? "all labels that fit, separated by commas, or with none" : "one label");
    case Kind::kRate: return fmt::format("Answer with a number from {} to {}.", task.scale_min, task.scale_max);
    case Kind::kRank:
      return "Which of the two answers is better? Answer with 1 or 2, or with = where they are equally good.";
    case Kind::kCorrect: break;
  }
  return "";
}

std::string prompt_text(const AnnotationTask& task, const std::string& instructions, const std::string& record) {
  const std::string& told = instructions.empty() ? task.instructions : instructions;
  return (told.empty() ? "" : told + "\n\n") + question_of(task) + "\n\n" + record;
}

std::vector<TokenId> encode_prompt(const Engine& engine, const std::string& prompt) {
  if (engine.chat_template() == nullptr)
    return engine.tokenizer().encode(prompt + "\n\nAnswer: ", /*add_special=*/true);
  const Json messages = Json::array({{{"role", "user"}, {"content", prompt}}});
  return engine.tokenizer().encode(engine.chat_template()->render(messages, /*add_generation_prompt=*/true),
                                   /*add_special=*/false);
}

std::string record_text(const AnnotationTask& task, const data::AnnotationRecord& record) {
  std::string text;
  for (const auto& [name, value] : data::shown_fields(task, record)) text += fmt::format("{}: {}\n", name, value);
  return text;
}

/// Cuts the record in half until the prompt leaves room for an answer.
std::vector<TokenId> fitting_prompt(const Engine& engine, const AnnotationTask& task, const std::string& instructions,
                                    std::string record, int room) {
  const int most = engine.info().context_length - room;
  std::vector<TokenId> tokens = encode_prompt(engine, prompt_text(task, instructions, record));
  while (engine.info().context_length > 0 && static_cast<int>(tokens.size()) > most && !record.empty()) {
    record = data::cut_text(record, record.size() / 2);
    tokens = encode_prompt(engine, prompt_text(task, instructions, record));
  }
  return tokens;
}

/// None where the limit of tokens cut it off.
std::optional<Json> whole_answer(const AnnotationTask& task, const data::AnnotationRecord& record,
                                 const std::string& text) {
  try {
    return data::parse_answer(task, record, text);
  } catch (const InputError&) {
    return std::nullopt;
  }
}

fs::path kept_file(const data::AnnotationProject& project) { return project.folder() / "suggestions.jsonl"; }

/// Those of a question that was asked differently, or of another model, are not this one's.
std::string question_key(const AnnotationTask& task, const SuggestOptions& options) {
  return sha256_hex(options.source + "\n" + prompt_text(task, options.instructions, "")).substr(0, 16);
}

void take_kept(data::AnnotationProject& project, const std::string& key) {
  if (!fs::exists(kept_file(project))) return;
  const std::string text = read_file(kept_file(project));
  for (const JsonLine& line : split_json_lines(text, "suggestions.jsonl")) {
    const Json json = Json::parse(line.text, nullptr, false);  // the last line may be cut
    if (!json.is_object() || json.value("question", Json()) != key) continue;
    const Json id = json.value("id", Json()), score = json.value("score", Json()),
               source = json.value("source", Json());
    if (!id.is_string() || !source.is_string()) continue;
    project.suggest(id, {json.value("value", Json()), score.is_number() ? score.get<double>() : std::nan(""), source});
  }
}

}  // namespace

grammar::GrammarSource answer_grammar(const AnnotationTask& task) {
  std::vector<std::string> answers = task.labels;
  if (task.kind == Kind::kRate) {
    for (int step = task.scale_min; step <= task.scale_max; ++step) answers.push_back(std::to_string(step));
  }
  if (task.kind == Kind::kRank) {
    if (task.candidates.size() > 2) {
      throw UsageError("a model suggests the better of two answers only", "rank two candidates, or use --suggest FILE");
    }
    answers = {"1", "2", "="};
  }
  if (task.kind == Kind::kCorrect) {
    throw UsageError("a model suggests no corrections", "make them with `llmops generate`, and use --suggest FILE");
  }
  std::string one;
  for (const std::string& answer : answers) one += (one.empty() ? "" : " | ") + dump_json(answer);
  grammar::GrammarSource source;
  source.kind = grammar::GrammarSource::Kind::kGbnf;
  source.text = "one ::= " + one + "\nroot ::= " + (task.multiple ? R"("none" | one (", " one)*)" : "one") + "\n";
  return source;
}

std::vector<std::pair<std::size_t, data::Suggestion>> suggest_answers(Engine& engine, const AnnotationTask& task,
                                                                      const data::AnnotationRecords& records,
                                                                      const std::vector<std::size_t>& asked,
                                                                      const SuggestOptions& options) {
  constexpr int kAnswerTokens = 64;
  const grammar::GrammarSource grammar = answer_grammar(task);
  std::vector<GenerateRequest> requests;
  for (const std::size_t index : asked) {
    GenerateRequest request;
    request.prompt =
        fitting_prompt(engine, task, options.instructions, record_text(task, records.records[index]), kAnswerTokens);
    request.sampling.max_tokens = kAnswerTokens;
    request.sampling.top_logprobs = 0;
    request.grammar = grammar;
    requests.push_back(std::move(request));
  }
  const std::vector<GenerateResult> results = engine.generate(requests);
  std::vector<std::pair<std::size_t, data::Suggestion>> suggestions;
  for (std::size_t i = 0; i < results.size(); ++i) {
    double logprob = 0;
    for (const TokenLogprob& token : results[i].logprobs) logprob += token.logprob;
    const data::AnnotationRecord& record = records.records[asked[i]];
    if (const auto value = whole_answer(task, record, results[i].text))
      suggestions.emplace_back(asked[i], data::Suggestion{*value, std::exp(logprob), options.source});
  }
  return suggestions;
}

BackgroundSuggester::BackgroundSuggester(Engine& engine, data::AnnotationProject& project, SuggestOptions options)
    : engine_(engine), project_(project), options_(std::move(options)) {
  answer_grammar(project.task());  // says at once what cannot be suggested
  take_kept(project, question_key(project.task(), options_));
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

BackgroundSuggester::~BackgroundSuggester() = default;

void BackgroundSuggester::keep(std::size_t record, const data::Suggestion& suggestion) {
  const std::string& id = project_.records().records[record].id;
  if (!project_.suggest(id, suggestion)) return;
  Json json{{"id", id}};
  json.update(data::suggestion_json(suggestion));
  json["question"] = question_key(project_.task(), options_);
  std::ofstream(kept_file(project_), std::ios::app) << dump_json(json) + "\n";
}

void BackgroundSuggester::run(const std::stop_token& stop) {
  const auto tell = [this](const std::string& failure) {
    const std::lock_guard lock(mutex_);
    started_ = true;
    failure_ = failure;
    changed_.notify_all();
  };
  try {
    const std::size_t count = project_.records().records.size();
    for (std::size_t next = 0; next < count && !stop.stop_requested();) {
      std::vector<std::size_t> asked;
      for (; next < count && asked.size() < options_.batch; ++next) {
        if (!project_.has_suggestion(project_.records().records[next].id)) asked.push_back(next);
      }
      if (asked.empty()) break;
      for (const auto& [record, suggestion] :
           suggest_answers(engine_, project_.task(), project_.records(), asked, options_)) {
        keep(record, suggestion);
      }
      tell("");
    }
    tell("");
  } catch (const Interrupted&) {
    tell("");
  } catch (const std::exception& error) {
    tell(error.what());
  }
}

void BackgroundSuggester::wait_for_first() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return started_; });
}

std::string BackgroundSuggester::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

}  // namespace llmops::infer
