// Text classifiers that fastText trained: language identification, quality, topics. A reader of its files of our own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace llmops::data {

/// A supervised model of fastText 0.2 and later (file versions 11 and 12): .bin and quantized .ftz, pruned or not, any
/// loss. Read in place from a memory map, so that loading costs little. Immutable; many threads may ask one model.
/// Source: Joulin et al., 2016, "Bag of Tricks for Efficient Text Classification" and "FastText.zip".
class FastTextModel {
 public:
  struct Best {
    std::size_t label = 0;  ///< index into labels()
    float score = 0;        ///< probability, 0 to 1
  };

  /// @throws NotFoundError, SystemError; InputError for a file that is no such model, or whose sizes do not fit it
  explicit FastTextModel(const std::filesystem::path& path);
  ~FastTextModel();
  FastTextModel(FastTextModel&&) noexcept;
  FastTextModel& operator=(FastTextModel&&) noexcept;

  /// Without "__label__". Valid as long as the model.
  const std::vector<std::string_view>& labels() const;

  /// What fastText's `predict` gives for the text as one line: line feeds are blanks. Nothing where no part of the text
  /// is known to the model. Unlike there, "</s>" inside a text does not end it.
  std::optional<Best> classify(std::string_view text) const;

 private:
  struct State;
  std::unique_ptr<const State> state_;
};

}  // namespace llmops::data
