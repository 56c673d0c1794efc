// The ARPA format of n-gram models: a text file, a section an order.
#pragma once

#include <filesystem>

#include "data/rules/ngram_model.h"

namespace llmops::data {

struct NgramEstimates;

/// Writes the whole file or none: log10 probability, tab, words, tab, log10 backoff weight.
/// @throws SystemError
void write_arpa(const NgramEstimates& estimates, const std::filesystem::path& path);

}  // namespace llmops::data
