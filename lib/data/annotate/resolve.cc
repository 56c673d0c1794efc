// Majorities, of labels, ratings, texts and rankings.
#include "data/annotate/resolve.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "core/spelling.h"

namespace llmops::data {

namespace {

using Kind = ResolvePolicy::Kind;
using Votes = std::map<std::string, Json>;

Votes votes_of(const Verdicts& verdicts) {
  Votes votes;
  for (const auto& [name, verdict] : verdicts) {
    if (const AnnotationEntry* answer = verdict.answer()) votes.emplace(name, answer->value);
  }
  return votes;
}

/// None for a tie at the top.
std::optional<Json> most_frequent(const Votes& votes) {
  std::map<std::string, int> counts;
  for (const auto& [unused, value] : votes) ++counts[dump_json(value)];
  int most = 0, leaders = 0;
  for (const auto& [unused, count] : counts) most = std::max(most, count);
  for (const auto& [unused, count] : counts) leaders += count == most ? 1 : 0;
  if (leaders != 1) return std::nullopt;
  for (const auto& [unused, value] : votes) {
    if (counts[dump_json(value)] == most) return value;
  }
  return std::nullopt;
}

/// Each label by itself; half for and half against decides nothing.
std::optional<Json> most_labels(const AnnotationTask& task, const Votes& votes) {
  Json chosen = Json::array();
  for (const std::string& label : task.labels) {
    const auto with = std::count_if(votes.begin(), votes.end(), [&](const auto& vote) {
      return std::find(vote.second.begin(), vote.second.end(), Json(label)) != vote.second.end();
    });
    const auto all = static_cast<std::ptrdiff_t>(votes.size());
    if (2 * with == all) return std::nullopt;
    if (2 * with > all) chosen.push_back(label);
  }
  return chosen;
}

/// A candidate's rank is by how many others most people put before it. None where all tie.
std::optional<Json> most_ranks(const Votes& votes) {
  const std::size_t count = votes.begin()->second.size();
  for (const auto& [unused, ranks] : votes) {
    if (!ranks.is_array() || ranks.size() != count) return std::nullopt;
  }
  std::vector<int> wins(count);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < count; ++j) {
      int balance = 0;
      for (const auto& [unused, ranks] : votes) balance += (ranks[i] < ranks[j]) - (ranks[j] < ranks[i]);
      wins[i] += (balance > 0) - (balance < 0);
    }
  }
  std::vector<int> levels = wins;
  std::sort(levels.begin(), levels.end(), std::greater<>());
  levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
  Json ranks = Json::array();
  for (const int own : wins) ranks.push_back(std::find(levels.begin(), levels.end(), own) - levels.begin() + 1);
  const bool tie_was_said =
      std::any_of(votes.begin(), votes.end(), [&](const auto& vote) { return vote.second == ranks; });
  return levels.size() > 1 || tie_was_said ? std::optional(ranks) : std::nullopt;
}

std::optional<Json> majority(const AnnotationTask& task, const Votes& votes) {
  if (task.kind == AnnotationTask::Kind::kRank) return most_ranks(votes);
  if (task.kind == AnnotationTask::Kind::kLabel && task.multiple) return most_labels(task, votes);
  return most_frequent(votes);
}

std::optional<Json> earliest(const Verdicts& verdicts) {
  const AnnotationEntry* first = nullptr;
  for (const auto& [unused, verdict] : verdicts) {
    const AnnotationEntry* answer = verdict.answer();
    if (answer != nullptr && (first == nullptr || answer->time < first->time)) first = answer;
  }
  return first == nullptr ? std::nullopt : std::optional(first->value);
}

std::optional<Json> decide(const AnnotationTask& task, const Verdicts& verdicts, const Votes& votes,
                           const ResolvePolicy& policy) {
  switch (policy.kind) {
    case Kind::kMajority: return majority(task, votes);
    case Kind::kFirst: return earliest(verdicts);
    case Kind::kUnanimous: {
      const Json& value = votes.begin()->second;
      const bool all = std::all_of(votes.begin(), votes.end(), [&](const auto& vote) { return vote.second == value; });
      return all ? std::optional(value) : std::nullopt;
    }
    case Kind::kAnnotator: {
      const auto own = votes.find(policy.annotator);
      return own == votes.end() ? std::nullopt : std::optional(own->second);
    }
  }
  return std::nullopt;
}

}  // namespace

ResolvePolicy parse_resolve_policy(const std::string& text) {
  constexpr std::string_view kPerson = "annotator:";
  if (text == "majority") return {Kind::kMajority, ""};
  if (text == "unanimous") return {Kind::kUnanimous, ""};
  if (text == "first") return {Kind::kFirst, ""};
  if (text.starts_with(kPerson) && text.size() > kPerson.size()) {
    return {Kind::kAnnotator, text.substr(kPerson.size())};
  }
  throw UsageError(
      fmt::format("'{}' does not say how answers are resolved", text),
      did_you_mean(text, {"majority", "unanimous", "first"}, "majority, unanimous, first or annotator:NAME"));
}

std::optional<ResolvedAnswer> resolve_answer(const AnnotationTask& task, const Verdicts& verdicts,
                                             const ResolvePolicy& policy) {
  ResolvedAnswer resolved;
  resolved.votes = votes_of(verdicts);
  if (resolved.votes.empty()) return std::nullopt;
  const auto value = decide(task, verdicts, resolved.votes, policy);
  if (!value) return std::nullopt;
  resolved.value = *value;
  const auto same = std::count_if(resolved.votes.begin(), resolved.votes.end(),
                                  [&](const auto& vote) { return vote.second == *value; });
  resolved.agreement = static_cast<double>(same) / static_cast<double>(resolved.votes.size());
  return resolved;
}

}  // namespace llmops::data
