// A prompt that is asked again and again with other words in it, and what its answers must be to become records.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/json.h"
#include "data/annotate/record_checks.h"

namespace llmops::data {

struct SynthesisSampling {
  int max_tokens = 256;
  double temperature = 0.8;
  double top_p = 1, min_p = 0.05, repetition_penalty = 1;  ///< 1, 0 and 1 are off
  int top_k = 0;                                           ///< 0 is off
  std::vector<std::string> stop;
};

struct SynthesisRecipe {
  std::string name;               ///< first part of the records' ids; default: the file's name
  Json messages = Json::array();  ///< {"role", "content"}, with {{variables}} in the content
  std::vector<std::pair<std::string, std::vector<std::string>>> variables;  ///< and the values each may have
  std::vector<Json> seeds;  ///< objects of further variables, one of which is used at a time; may be empty
  std::filesystem::path seeds_file;
  Json schema;  ///< JSON schema that the answer is held to while it is written; null for none
  /// What becomes of an answer: "text" is {"text"}, "conversation" is {"messages"} with the prompt's user turns before
  /// it, "fields" takes the keys of the JSON object that it is.
  std::string record = "text";
  SynthesisSampling sampling;
  RecordChecks checks;

  Json json() const;
  /// SHA-256 of what the model is asked, before values are filled in: messages and schema.
  std::string prompt_sha256() const;
};

/// @throws NotFoundError, InputError  of the seeds; ConfigError listing every problem
SynthesisRecipe read_synthesis_recipe(const std::filesystem::path& path,
                                      const std::vector<std::string>& overrides = {});

/// The values for one attempt, the same for the same seed: every combination of variables and seeds comes once before
/// one comes again, in an order that the seed decides.
Json synthesis_variables(const SynthesisRecipe& recipe, std::uint64_t seed, std::uint64_t attempt);

/// The seed of an attempt's sampling; below 2^53, so that every reader of JSON keeps it.
std::uint64_t synthesis_seed(std::uint64_t seed, std::uint64_t attempt);

/// The prompt's messages with the values in their places. @throws InputError  naming a variable without a value
Json filled_messages(const SynthesisRecipe& recipe, const Json& variables);

/// The record of an answer, without id and origin. @throws InputError  for "fields" of what is no JSON object
Json synthetic_record(const SynthesisRecipe& recipe, const Json& messages, const std::string& answer);

}  // namespace llmops::data
