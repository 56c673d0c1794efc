// Records as they are written: with ids that are told apart, and without the lines seen before.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "data/corpus.h"
#include "data/dedup/repeated_parts.h"

namespace llmops::data {

/// Not safe to share between threads.
class FinalRecords {
 public:
  /// @param parts  what is taken out of texts; may be null
  FinalRecords(const Corpus& corpus, const PrepareRecipe& recipe, const Workplace& workplace,
               const RepeatedParts* parts);

  std::string id(std::uint32_t record);
  std::string json(std::uint32_t record);

 private:
  void number_equal_ids(const Workplace& workplace);

  const Corpus& corpus_;
  StepStore store_;
  CorpusReader reader_;
  const RepeatedParts* parts_;
  std::unordered_map<std::uint32_t, std::uint32_t> suffixes_;  ///< "#2" and so on, of records whose id comes twice
};

}  // namespace llmops::data
