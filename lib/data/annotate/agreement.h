// What `llmops annotate agreement` reports: how far the annotators agree, where they do not, and how good the
// suggestions were.
#pragma once

#include <string>
#include <vector>

#include "data/annotate/questions.h"
#include "data/annotate/suggestion_report.h"

namespace llmops::data {

/// Two annotators on what both judged. Measures are NaN where they are not defined.
struct PairAgreement {
  std::string first, second;
  std::size_t units = 0;
  double agreed = 0;                            ///< share of the units, 0..1
  double kappa = 0, linear = 0, quadratic = 0;  ///< Cohen's
};

/// How a category fares when any two people judge the same thing.
struct CategoryAgreement {
  std::string name;
  std::size_t answers = 0;
  double agreed = 0;  ///< of the answers that chose it, the share of others that did too: 2 n11 / (2 n11 + n10 + n01)
};

struct QuestionAgreement {
  std::string name;
  std::size_t units = 0;   ///< judged by anybody
  std::size_t shared = 0;  ///< of those, by two and more
  double agreed = 0;       ///< share of the pairs of answers to one unit that are equal
  std::vector<PairAgreement> pairs;
  std::size_t fleiss_people = 0, fleiss_units = 0;  ///< Fleiss' kappa is over the units with so many answers
  double fleiss = 0;
  double alpha = 0, alpha_ordinal = 0, alpha_interval = 0;  ///< Krippendorff's; the last two only where ordered
  bool ordered = false;
  std::vector<CategoryAgreement> categories;
  std::vector<std::vector<double>> confusion;  ///< how often any two answers to one unit were these categories
};

struct AnnotatorWork {
  std::string name;
  std::size_t answered = 0, skipped = 0, flagged = 0;
  double median_s = 0;       ///< of the answers
  std::size_t compared = 0;  ///< answers to units that others judged too
  double with_others = 0;    ///< of those, the share that most others agree with
};

struct DisputedRecord {
  std::string id;
  double disagreement = 0;                     ///< share of the pairs of answers that differ, over all questions
  std::map<std::string, std::string> answers;  ///< by annotator
};

struct AgreementReport {
  std::size_t records = 0;  ///< with an answer
  std::vector<AnnotatorWork> annotators;
  std::vector<QuestionAgreement> questions;
  std::vector<DisputedRecord> disputed;  ///< worst first
  SuggestionReport suggestions;

  Json json() const;
  /// @param width  columns of the terminal; 0 means never cut
  std::string text(int width) const;
};

/// @param most_disputed  how many of those records are listed
AgreementReport measure_agreement(const AnnotationTask& task, const AnnotationState& state, std::size_t most_disputed);

/// Of one question. Without `units` judged by two people, all measures are NaN.
QuestionAgreement agreement_on(const JudgedQuestion& question);

/// "-" for NaN, else three digits; null and a number in JSON.
std::string measure_text(double value);
Json measure_json(double value);

}  // namespace llmops::data
