// A text as the set of its word runs: what makes two texts near duplicates.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace llmops::data {

/// Lower-case words (letters, digits and marks of any script) with one blank between them: case, punctuation and layout
/// make no difference. A text without any word is returned as it is.
std::string normalized_words(std::string_view text);

/// A text as its words, and a hash of each.
struct TextWords {
  std::string normalized;
  std::vector<std::uint64_t> hashes;
};
TextWords words_of(std::string_view text);

/// A hash of each run of `ngram` words, in order; none where there are fewer. @param words  their hashes
std::vector<std::uint64_t> run_hashes(const std::vector<std::uint64_t>& words, int ngram);

/// As run_hashes, but one hash of all words where there are fewer.
std::vector<std::uint64_t> shingle_hashes(const std::vector<std::uint64_t>& words, int ngram);

/// shingle_hashes sorted, each once.
std::vector<std::uint64_t> shingle_set(const std::vector<std::uint64_t>& words, int ngram);

/// |a and b| / |a or b| of sorted distinct sets; 1 for two empty ones.
double jaccard(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b);

}  // namespace llmops::data
