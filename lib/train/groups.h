// The labelled attribute of training records that a debiased model is not to tell.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "train/example.h"
#include "train/record_reader.h"

namespace llmops::train {

/// Numbers the values of an attribute while records are read.
class Groups {
 public:
  /// @param attribute  field of the records; "": there is none
  explicit Groups(std::string attribute) : attribute_(std::move(attribute)) {}

  /// Marks the examples made of a record with its value: a text, a number, or true or false.
  /// @throws InputError  naming the record, where the field is missing or something else
  void mark(const Record& record, std::vector<Example>& examples);

  /// Numbers the values anew, in the order of their text, which does not depend on the order of records.
  /// @returns the values @throws InputError  training examples have fewer than two, or more than 256; a validation
  ///                                         example has one of its own
  std::vector<std::string> finish(std::vector<Example>& train, std::vector<Example>& validation) const;

 private:
  std::string attribute_;
  std::map<std::string, std::int32_t> numbers_;  ///< by value, in the order of appearance
};

/// The value that most examples have, the first of equals.
std::int32_t commonest_group(const std::vector<Example>& examples);

}  // namespace llmops::train
