// Keys and lines to answers: what a person presses, and what a script writes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/annotate/records.h"

namespace llmops::data {

/// The keys pressed for one record so far.
class AnswerKeys {
 public:
  AnswerKeys(const AnnotationTask& task, const AnnotationRecord& record);

  enum class Effect { kNone, kChanged, kComplete };
  /// @param key  a character, '\n' for Enter, 127 for Backspace. kNone: the key means nothing here.
  Effect press(int key);
  /// Chooses a label by its name, as by its key.
  Effect choose(const std::string& label);
  /// After kComplete.
  const Json& value() const { return value_; }
  /// What is chosen and not yet sent: "spam, urgent", "2 > 1"; "" for nothing.
  std::string pending() const;
  /// One line for each way to answer: "1  spam".
  std::vector<std::string> menu() const;

 private:
  Effect press_label(std::size_t index);
  Effect press_rank(int key);
  Effect complete(const Json& value);
  Json ranks() const;

  const AnnotationTask& task_;
  const AnnotationRecord& record_;
  std::vector<std::string> keys_;
  std::vector<bool> chosen_;                      ///< labels
  std::vector<std::vector<std::size_t>> ranked_;  ///< candidates, best first; those of one element tie
  bool tie_next_ = false;
  std::size_t candidates_ = 0;
  Json value_;
};

/// The answer a line gives: a label's name or key, labels between commas ("none" for none of them), a rating,
/// "2 > 1 = 3" or the better one of two or "=", "=" or a JSON string for a text; or any answer as JSON.
/// @throws InputError  naming the record and what is possible
Json parse_answer(const AnnotationTask& task, const AnnotationRecord& record, const std::string& line);

}  // namespace llmops::data
