// An evaluation task: what is asked of the model, on which documents, and how answers are measured. docs/formats/
// eval-task.md is its YAML form.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/json.h"

namespace llmops::eval {

enum class OutputType { kGenerateUntil, kMultipleChoice, kLoglikelihood, kLoglikelihoodRolling };
const char* output_type_name(OutputType type);

struct MetricSpec {
  std::string name;
  bool ignore_case = false;  ///< of exact_match, as the next three
  bool ignore_punctuation = false;
  bool ignore_numbers = false;
  std::vector<std::string> regexes_to_ignore;
};

struct FilterStep {
  enum class Function { kTakeFirst, kStrip, kLowercase, kUppercase, kRemoveWhitespace, kRegex };
  Function function = Function::kTakeFirst;
  std::string pattern;   ///< of kRegex, as the next two
  int group_select = 0;  ///< which match; -1 is the last
  std::string fallback = "[invalid]";
};

/// Changes to an answer before it is measured, under a name that its metrics carry.
struct FilterPipeline {
  std::string name = "none";
  std::vector<FilterStep> steps;
};

struct GenerationSpec {
  std::optional<std::vector<std::string>> until;  ///< none: the fewshot delimiter for text, nothing for chat
  int max_tokens = 256;
  double temperature = 0;  ///< 0 is greedy
  double top_p = 1;
  int top_k = 0;
};

struct Task {
  std::string name;
  OutputType output_type = OutputType::kGenerateUntil;

  std::string dataset_path;                       ///< as written; "" when only --data gives one
  std::map<std::string, std::string> data_files;  ///< split to file, as written; "" is every split
  std::string test_split;                         ///< "" where the data has no splits
  std::string fewshot_split;                      ///< "": the test split
  int limit = 0;                                  ///< documents; 0 is all

  std::string doc_to_text;  ///< field name or template
  std::optional<std::string> doc_to_target;
  std::vector<std::string>
      doc_to_choice;  ///< one entry that `choices_from_one` says gives the whole list, or templates
  bool choices_from_one = false;
  std::string doc_to_messages;  ///< field name; "" when not a chat task
  std::string description;
  int num_fewshot = 0;
  bool fewshot_first_n = false;  ///< else drawn with the seed
  std::string fewshot_delimiter = "\n\n";
  std::string target_delimiter = " ";

  GenerationSpec generation;
  std::vector<MetricSpec> metrics;
  std::vector<FilterPipeline> filters;
  std::string version = "0";
  std::vector<std::string> tags;

  std::filesystem::path file;    ///< the YAML file; paths above are relative to its folder
  Json config = Json::object();  ///< the whole file, overrides applied, for records
};

/// @param overrides  "num_fewshot=5"
/// @throws NotFoundError; ConfigError listing every problem with its line
Task load_task(const std::filesystem::path& file, const std::vector<std::string>& overrides = {});

}  // namespace llmops::eval
