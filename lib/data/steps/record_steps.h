// What `prepare` does to each record by itself. Immutable; safe to share between threads.
#pragma once

#include <vector>

#include "data/pii/pii_policy.h"
#include "data/read/mapping.h"
#include "data/read/unit_reader.h"
#include "data/recipe.h"
#include "data/steps/batch.h"
#include "data/steps/record_program.h"
#include "data/steps/record_rules.h"

namespace llmops::data {

/// In two steps, each of which is stored: the texts, then the rules that take records out. What a step does is told by
/// its key, so that another recipe with the same step finds what this one has stored.
class RecordSteps {
 public:
  /// @param inputs  outlives this object
  /// @throws ConfigError, NotFoundError  for a model or list that a rule needs
  RecordSteps(const PrepareRecipe& recipe, const InputFiles& inputs);

  /// Reads, maps, cleans and redacts. Redaction comes before the search for duplicates, so that copies which differ in
  /// an address or a number are found.
  Batch read(const Unit& unit) const;
  /// Takes out what breaks a rule, and what the user's program does not keep.
  void apply_rules(Batch& batch) const;

  /// @param unit  whose inputs are part of what is done
  Hash128 text_key(const Unit& unit) const;
  Hash128 rules_key(const Hash128& text_key) const;

 private:
  std::variant<Record, Loss> read_slice(const Part& part, const Slice& slice, Batch& batch) const;
  Loss shown(Loss loss) const;

  const PrepareRecipe recipe_;
  const InputFiles& inputs_;
  PiiPolicy pii_;
  PiiPolicy shown_pii_;  ///< of what is shown of a lost record
  RecordRules rules_;
  RecordProgram program_;
  std::vector<Mapping> mappings_;
  std::string text_spec_;
};

}  // namespace llmops::data
