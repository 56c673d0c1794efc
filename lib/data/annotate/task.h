// What is asked of the people who annotate: the question, the answers there are, and the keys that give them.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "config/yaml_reader.h"
#include "core/json.h"

namespace llmops::data {

struct AnnotationTask {
  enum class Kind {
    kLabel,    ///< one of `labels`, or several where `multiple`
    kRate,     ///< a whole number from scale_min to scale_max
    kRank,     ///< which candidate is best, second, ...; ties are allowed
    kCorrect,  ///< the text of one field as it should be
  };
  Kind kind = Kind::kLabel;
  std::vector<std::string> labels;               ///< of kLabel, in order: ordinal agreement goes by it
  bool multiple = false;                         ///< any number of labels, none included
  int scale_min = 1, scale_max = 5;              ///< of kRate; at most ten steps, so that each has a digit
  std::vector<std::string> candidates;           ///< of kRank: fields, or one field that holds a list; empty: see below
  std::string edit;                              ///< of kCorrect: a field; "": see below
  std::vector<std::string> fields;               ///< shown; empty: all but the id
  std::string instructions;                      ///< shown once, and by '?'
  std::map<std::string, std::string> shortcuts;  ///< label to key, before the digits are given out
  int overlap = 1;                               ///< answers wanted of each record, by as many people
  std::vector<std::string> annotators;           ///< who share the records out among them; empty: whoever comes

  Json json() const;
  /// "label", "rate", "rank" or "correct"
  std::string kind_name() const;
  /// A key for each of `labels`, in order: the task's own, then 1 to 9, then letters that mean nothing else; "" where
  /// they run out. One of kRate: a digit for each step.
  std::vector<std::string> keys() const;
};

/// Keys that mean the same in every task, and so are no label's: u s f e n q m y b.
bool is_command_key(char key);

/// @throws NotFoundError; ConfigError listing every problem
AnnotationTask read_annotation_task(const std::filesystem::path& path, const std::vector<std::string>& overrides = {});
/// What json() gave, e.g. from a store. @throws InputError naming the key
AnnotationTask parse_annotation_task(const Json& json, const std::string& origin);
/// @throws ConfigError  for a task that cannot be asked: no labels, a label twice, a key of two meanings, a wide scale
void check_annotation_task(const AnnotationTask& task, const std::string& origin);

}  // namespace llmops::data
