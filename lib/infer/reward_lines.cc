#include "infer/reward_lines.h"

#include <fmt/format.h>

#include <cmath>

namespace llmops::infer {
namespace {

/// As score_lines() takes them.
constexpr std::size_t kAtOnce = 64;

std::vector<TokenId> read_line(const RewardModel& model, const LineSource::Line& line, const std::string& source) {
  const std::string origin = fmt::format("{}:{}", source, line.number);
  const Json request = parse_request(line, source, {"ids", "text", "messages", "tools"});
  const bool ids = request.contains("ids"), text = request.contains("text"), chat = request.contains("messages");
  if (int{ids} + int{text} + int{chat} != 1) {
    throw InputError(origin + ": one of 'messages', 'text' and 'ids' is needed");
  }
  std::vector<TokenId> tokens;
  if (chat) {
    if (model.chat_template() == nullptr) {
      throw InputError(origin + ": 'messages' need a chat template, and the model has none", "give 'text'");
    }
    const Json tools = request.contains("tools") ? request["tools"] : Json(nullptr);
    const std::string rendered =
        model.chat_template()->render(request["messages"], /*add_generation_prompt=*/false, tools);
    tokens = model.tokenizer().encode(rendered, /*add_special=*/false);
  } else {
    tokens = text ? model.tokenizer().encode(json_get<std::string>(request, "text", origin), true)
                  : token_ids(request["ids"], origin);
  }
  model.check(tokens, origin);
  return tokens;
}

Json answer(float reward) {
  if (std::isfinite(reward)) return {{"reward", reward}};
  return error_answer(InputError("the model's reward is not a finite number", "its weights may be damaged"));
}

}  // namespace

LinesReport reward_lines(RewardModel& model, LineSource& lines, const WriteAnswer& write) {
  LinesReport report;
  for (auto taken = lines.take(kAtOnce); !taken.empty(); taken = lines.take(kAtOnce)) {
    std::vector<std::vector<TokenId>> sequences;
    std::vector<Json> failures;  // null where there is a sequence
    for (const LineSource::Line& line : taken) {
      if (line.text.find_first_not_of(" \t") == std::string::npos) continue;
      try {
        sequences.push_back(read_line(model, line, lines.name()));
        failures.emplace_back();
      } catch (const InputError& error) {
        failures.push_back(error_answer(error));
      }
    }
    const std::vector<float> rewards = model.rewards(sequences);
    auto reward = rewards.begin();
    for (const Json& failure : failures) {
      const Json json = failure.is_null() ? answer(*reward++) : failure;
      ++report.lines;
      report.failed += json.contains("error") ? 1 : 0;
      write(json, json.contains("error") ? "error: " + json["error"]["message"].get<std::string>()
                                         : fmt::format("{:.6f}", json["reward"].get<double>()));
    }
  }
  return report;
}

}  // namespace llmops::infer
