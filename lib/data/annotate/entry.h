// One line of the journal: something a person did with one record (docs/formats/annotations.md).
#pragma once

#include <string>
#include <string_view>

#include "core/json.h"

namespace llmops::data {

/// What was proposed for a record before a person decided.
struct Suggestion {
  Json value;          ///< as an answer's
  double score = 0;    ///< 0..1, how sure the proposer was; NaN where it did not say
  std::string source;  ///< a file's name or a model
};

struct AnnotationEntry {
  enum class Action {
    kAnswer,
    kSkip,  ///< not this one, not now or not by this person
    kUndo,  ///< takes the last answer or skip of this person for this record back
    kFlag,  ///< sets or clears a mark for others to look at
    kNote,
    kOpen,  ///< the record is before this person: others are given another one for a while
  };
  Action action = Action::kAnswer;
  std::string annotator = {};
  std::string id = {};       ///< of the record
  std::string time = {};     ///< UTC
  Json value = {};           ///< of an answer; of a flag true or false; of kOpen until when, Unix milliseconds
  double seconds = 0;        ///< from the record's showing to the answer
  std::string note = {};     ///< of kNote
  Json suggestion = {};      ///< {"value", "score", "source"} that was shown with an answer; null for none
  bool accepted = false;     ///< by the key for it, rather than by giving the same answer
  std::string through = {};  ///< "terminal", "lines" or "web"

  Json json() const;
};

/// @throws InputError  naming the line and the key
AnnotationEntry parse_annotation_entry(const Json& json, std::string_view origin);

Json suggestion_json(const Suggestion& suggestion);

/// Names are shown, compared and written: 1 to 64 characters without control characters or blanks around.
/// @throws UsageError
std::string checked_annotator(const std::string& name);

}  // namespace llmops::data
