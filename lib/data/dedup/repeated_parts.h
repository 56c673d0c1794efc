// Lines or paragraphs that stood in an earlier record: taken out of later ones, as boilerplate is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/corpus.h"
#include "data/select/placement.h"

namespace llmops::data {

/// Which parts of which records go. Plain texts only: a turn of a conversation is no place to cut.
class RepeatedParts {
 public:
  /// Looks at the records that are kept, in order: the first of equal parts stays, and so do parts of fewer words than
  /// the spec says. A record that loses all its parts gets Fate::kPartless.
  /// Holds 8 bytes for each part that goes.
  RepeatedParts(const Corpus& corpus, const DedupSpec& spec, const Workplace& workplace, Placement& placement,
                Progress& progress);

  bool any(std::uint32_t record) const;
  std::string without(std::uint32_t record, std::string_view text) const;
  std::uint64_t count() const { return removed_.size(); }

 private:
  struct Removed {
    std::uint32_t record, part;
    auto operator<=>(const Removed&) const = default;
  };
  std::vector<std::string_view> parts_of(std::string_view text) const;

  bool lines_;
  std::vector<Removed> removed_;  ///< sorted
};

}  // namespace llmops::data
