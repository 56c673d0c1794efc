// Evaluation texts in training data: found by runs of words they share.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "config/yaml_reader.h"
#include "data/dedup/shingles.h"

namespace llmops::data {

struct DecontaminateSpec {
  std::vector<std::string> against;  ///< files, folders or globs, relative to the recipe's folder; empty: off
  /// Words a run. One run of the first length is enough; of further, shorter ones a share of the evaluation text's runs
  /// must be found in one record, as short runs are common.
  std::vector<int> ngrams = {13};
  double share = 0.7;
};

void read_decontaminate(config::YamlObject object, DecontaminateSpec& spec);
Json decontaminate_json(const DecontaminateSpec& spec);

/// Where a record meets an evaluation text.
struct Contamination {
  std::string where;  ///< "eval/gsm8k.jsonl:12"
  std::string words;  ///< the first run that both have, normalized
  int ngram = 0;
};

/// The runs of all evaluation texts. Immutable once built; safe to share between threads.
class ContaminationIndex {
 public:
  /// Every string in every row of the files is a text of its own, so that questions and answers are both looked for.
  /// @param folder  that relative paths start from
  /// @throws NotFoundError; InputError when nothing is in the index: a check against nothing is no check
  ContaminationIndex(const DecontaminateSpec& spec, const std::filesystem::path& folder);

  std::optional<Contamination> find(const TextWords& words) const;

  std::uint64_t texts() const { return texts_.size(); }              ///< long enough for a run
  std::uint64_t too_short() const { return too_short_; }             ///< texts without one
  const std::string& content_hash() const { return content_hash_; }  ///< of the files, for keys of stored steps

 private:
  struct Text {
    std::string where;
    std::vector<std::uint32_t> runs;  ///< by index of the length: how many different ones it has
  };
  using Runs = std::unordered_multimap<std::uint64_t, std::uint32_t>;  ///< hash of a run to the texts that have it

  void note_runs();
  bool may_have(std::uint64_t run) const { return (noted_[(run >> 6) & (noted_.size() - 1)] >> (run & 63) & 1) != 0; }
  void add(std::string_view text, const std::string& where);
  void add_strings(const Json& value, const std::string& where);
  std::optional<Contamination> find_runs(const TextWords& words, std::size_t length) const;

  DecontaminateSpec spec_;
  std::vector<Text> texts_;
  std::vector<Runs> runs_;            ///< by index of the length
  std::vector<std::uint64_t> noted_;  ///< a bit for some bits of each run's hash: most runs of a record are none
  std::uint64_t too_short_ = 0;
  std::string content_hash_;
};

}  // namespace llmops::data
