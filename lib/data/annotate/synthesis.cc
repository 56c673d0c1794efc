// What one attempt of a synthesis asks, and what its answer becomes.
#include "data/annotate/synthesis.h"

#include <numeric>

#include "core/error.h"
#include "core/hash.h"

namespace llmops::data {

namespace {

/// A place in 0..count-1 for each attempt, none twice in a row of `count`: x -> a x + b with a prime to count.
std::uint64_t shuffled(std::uint64_t attempt, std::uint64_t count, std::uint64_t seed) {
  if (count < 2) return 0;
  const std::uint64_t round = attempt / count;
  std::uint64_t step = xxh3_64("step " + std::to_string(round), seed) % count;
  while (std::gcd(step, count) != 1) step = (step + 1) % count;
  const std::uint64_t start = xxh3_64("start " + std::to_string(round), seed) % count;
  return static_cast<std::uint64_t>((static_cast<unsigned __int128>(step) * (attempt % count) + start) % count);
}

/// How many combinations there are; no more than can be counted.
std::uint64_t combinations(const SynthesisRecipe& recipe) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 40;
  std::uint64_t count = std::max<std::size_t>(1, recipe.seeds.size());
  for (const auto& [unused, values] : recipe.variables) {
    if (count > kMost) break;
    count *= values.size();
  }
  return count;
}

}  // namespace

std::uint64_t synthesis_seed(std::uint64_t seed, std::uint64_t attempt) {
  return xxh3_64("attempt " + std::to_string(attempt), seed) >> 11;
}

Json synthesis_variables(const SynthesisRecipe& recipe, std::uint64_t seed, std::uint64_t attempt) {
  std::uint64_t place = shuffled(attempt, combinations(recipe), seed);
  Json variables = Json::object();
  for (const auto& [name, values] : recipe.variables) {
    variables[name] = values[place % values.size()];
    place /= values.size();
  }
  if (!recipe.seeds.empty()) variables.update(recipe.seeds[place % recipe.seeds.size()]);
  return variables;
}

Json filled_messages(const SynthesisRecipe& recipe, const Json& variables) {
  Json messages = Json::array();
  for (const Json& message : recipe.messages) {
    messages.push_back(
        {{"role", message["role"]}, {"content", fill_template(message["content"].get<std::string>(), variables)}});
  }
  return messages;
}

Json synthetic_record(const SynthesisRecipe& recipe, const Json& messages, const std::string& answer) {
  if (recipe.record == "fields") {
    Json fields = parse_json(answer, "answer");
    if (!fields.is_object()) throw InputError("the answer is no JSON object");
    return fields;
  }
  if (recipe.record == "text") return {{"text", answer}};
  Json turns = messages;
  turns.push_back({{"role", "assistant"}, {"content", answer}});
  return {{"messages", std::move(turns)}};
}

std::string SynthesisRecipe::prompt_sha256() const {
  return sha256_hex(dump_json({{"messages", messages}, {"schema", schema}}));
}

Json SynthesisRecipe::json() const {
  Json values = Json::object();
  for (const auto& [variable, given] : variables) values[variable] = given;
  return {{"name", name},
          {"messages", messages},
          {"variables", values},
          {"seeds", seeds.size()},
          {"schema", schema},
          {"record", record},
          {"sampling",
           {{"max_tokens", sampling.max_tokens},
            {"temperature", sampling.temperature},
            {"top_p", sampling.top_p},
            {"min_p", sampling.min_p},
            {"top_k", sampling.top_k},
            {"repetition_penalty", sampling.repetition_penalty},
            {"stop", sampling.stop}}},
          {"checks", checks.json()}};
}

}  // namespace llmops::data
