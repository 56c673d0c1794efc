// The metrics a task may name: what each looks at in one document, and how a corpus value comes from all documents.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "eval/task.h"

namespace llmops::eval {

/// What is known of one document after the model ran. Which fields count depends on the output type.
struct Evidence {
  std::string output;                          ///< generate_until: the filtered answer
  std::vector<std::string> references;         ///< generate_until: at least one
  std::vector<double> choice_logprobs;         ///< multiple_choice: natural logarithms
  std::vector<std::size_t> choice_characters;  ///< multiple_choice: code points, the delimiter not counted
  std::size_t gold = 0;                        ///< multiple_choice
  double logprob = 0;                          ///< loglikelihood, rolling
  bool greedy = false;                         ///< loglikelihood: every token was the most likely one
  double words = 0, bytes = 0, tokens = 0;     ///< rolling: of the text
};

struct MeasureFacts {
  const char* name;
  OutputType output_type;
  bool higher_is_better;
  const char* aggregation;  ///< lm-evaluation-harness' name
};

/// A metric ready to use. A document gives a row of numbers; the value of a corpus is `finish` of the rows' sum, or the
/// mean of the first number where `finish` is empty.
struct Measure {
  MeasureFacts facts{};
  std::function<std::vector<double>(const Evidence&)> collect;
  std::function<double(std::span<const double>)> finish;
  /// Value of one document alone, for samples.
  double of_one(std::span<const double> row) const { return finish ? finish(row) : row[0]; }
};

/// Null when the output type has no such metric.
const MeasureFacts* find_measure(const std::string& name, OutputType type);
std::vector<std::string> measure_names(OutputType type);
std::vector<std::string> default_measures(OutputType type);

/// @throws ConfigError  for a pattern of exact_match that does not compile
Measure make_measure(const MetricSpec& spec, OutputType type);

}  // namespace llmops::eval
