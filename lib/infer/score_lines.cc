#include "infer/score_lines.h"

#include <fmt/format.h>

#include <cmath>

namespace llmops::infer {
namespace {

/// Lines scored together: enough to fill the engine's passes, and few enough that the first answers come soon.
constexpr std::size_t kAtOnce = 64;

struct Work {
  std::vector<TokenId> tokens;
  bool from_text = false;
  SequenceScore score;
  Json failure;  ///< the answer, where there is no score
};

Work read_line(const Engine& engine, const LineSource::Line& line, const std::string& source) {
  const std::string origin = fmt::format("{}:{}", source, line.number);
  const Json request = parse_request(line, source, {"ids", "text"});
  if (request.contains("ids") == request.contains("text"))
    throw InputError(origin + ": one of 'ids' and 'text' is needed");
  Work work;
  work.from_text = request.contains("text");
  work.tokens = work.from_text ? engine.tokenizer().encode(json_get<std::string>(request, "text", origin), true)
                               : token_ids(request["ids"], origin);
  if (work.tokens.empty()) throw InputError(origin + ": there are no tokens to score");
  return work;
}

/// All together; where that fails, one by one, so that a bad one fails alone.
void score_all(Engine& engine, std::vector<Work*> works) {
  std::erase_if(works, [](const Work* work) { return !work->failure.is_null() || work->tokens.size() < 2; });
  std::vector<std::vector<TokenId>> sequences;
  for (const Work* work : works) sequences.push_back(work->tokens);
  try {
    auto scores = engine.score(sequences);
    for (std::size_t i = 0; i < works.size(); ++i) works[i]->score = std::move(scores[i]);
  } catch (const InputError& error) {
    if (works.size() > 1) {
      for (Work* work : works) score_all(engine, {work});
    } else {
      works.front()->failure = error_answer(error);
    }
  }
}

Json answer(const Work& work) {
  if (!work.failure.is_null()) return work.failure;
  double sum = 0;
  for (const float logprob : work.score.logprobs) sum += logprob;
  if (!std::isfinite(sum)) {
    return error_answer(InputError("the model's logits are not finite numbers", "its weights may be damaged"));
  }
  Json json{{"logprobs", work.score.logprobs}, {"sum", sum}, {"greedy", work.score.greedy}};
  if (work.from_text) json["ids"] = work.tokens;
  return json;
}

}  // namespace

LinesReport score_lines(Engine& engine, LineSource& lines, const WriteAnswer& write) {
  LinesReport report;
  for (auto taken = lines.take(kAtOnce); !taken.empty(); taken = lines.take(kAtOnce)) {
    std::vector<Work> works;
    for (const LineSource::Line& line : taken) {
      if (line.text.find_first_not_of(" \t") == std::string::npos) continue;
      try {
        works.push_back(read_line(engine, line, lines.name()));
      } catch (const InputError& error) {
        works.emplace_back().failure = error_answer(error);
      }
    }
    std::vector<Work*> all;
    for (Work& work : works) all.push_back(&work);
    score_all(engine, all);
    for (const Work& work : works) {
      const Json json = answer(work);
      ++report.lines;
      report.failed += json.contains("error") ? 1 : 0;
      write(json, json.contains("error") ? "error: " + json["error"]["message"].get<std::string>()
                                         : fmt::format("{:.6f} {}", json["sum"].get<double>(), work.tokens.size()));
    }
  }
  return report;
}

}  // namespace llmops::infer
