// A program of the user's own that says what becomes of records.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/steps/batch.h"

namespace llmops::data {

/// The program gets the records that are left as JSON lines, some megabytes at a time, and answers with a line each, in
/// their order: `true` keeps, `false` drops, {"drop": "reason"} drops by that name, any other object is the record as
/// it shall be from then on (its id stays). It is started for every unit, as many at a time as there are threads.
/// Safe to share between threads.
class RecordProgram {
 public:
  /// @param argv  found on PATH; no shell sees it
  explicit RecordProgram(std::vector<std::string> argv) : argv_(std::move(argv)) {}

  bool empty() const { return argv_.empty(); }

  /// @throws NotFoundError  it is not there; InputError when it fails, or answers otherwise than above
  void apply(Batch& batch) const;

  /// Of the command and of the files it names: another program makes other data.
  std::string key() const;

 private:
  void take(Item& item, std::string_view answer) const;
  [[noreturn]] void fail(const std::string& what) const;

  std::vector<std::string> argv_;
};

}  // namespace llmops::data
