// What the journal's entries come to: each person's last word on each record.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "data/annotate/entry.h"

namespace llmops::data {

/// One person and one record.
struct Verdict {
  std::vector<AnnotationEntry> decided;  ///< answers and skips that were not taken back, the last one counts
  bool flagged = false;
  std::string note;

  /// nullptr where nothing is decided
  const AnnotationEntry* last() const { return decided.empty() ? nullptr : &decided.back(); }
  /// nullptr where the last word is not an answer
  const AnnotationEntry* answer() const {
    return decided.empty() || decided.back().action != AnnotationEntry::Action::kAnswer ? nullptr : &decided.back();
  }
};

using Verdicts = std::map<std::string, Verdict>;  ///< by annotator

class AnnotationState {
 public:
  void apply(const AnnotationEntry& entry);

  /// Empty where nobody has touched the record.
  const Verdicts& of(const std::string& id) const;
  const std::unordered_map<std::string, Verdicts>& all() const { return records_; }
  /// Everybody with an entry, in alphabetical order.
  std::vector<std::string> annotators() const;
  std::size_t answers(const std::string& id) const;
  /// The record on which this person last decided; "" where all is taken back.
  std::string last_decided(const std::string& annotator) const;
  /// Whether somebody else has the record before them. @param now_ms  Unix
  bool open_elsewhere(const std::string& id, const std::string& annotator, std::int64_t now_ms) const;

 private:
  struct Open {
    std::string id;
    std::int64_t until_ms = 0;
  };
  struct Person {
    std::vector<std::string> decided;  ///< ids in order, without what was taken back
    Open open;
  };

  std::unordered_map<std::string, Verdicts> records_;
  std::map<std::string, Person> people_;
};

}  // namespace llmops::data
