// Records that say the same in other words.
#pragma once

#include <functional>
#include <vector>

#include "data/dedup/embedded_corpus.h"

namespace llmops::data {

/// Calls `join` for each pair whose vectors have a cosine of at least `cosine`: all of them up to 8,192 records. Of
/// more, the pairs that share one of their two nearest of n / 2,048 centres (4,096 at most) are looked at; far fewer of
/// the near pairs are cut apart than by the nearest centre alone.
/// Source: Abbas et al., 2023, "SemDeDup: Data-efficient learning at web-scale through semantic deduplication".
/// @param records  ascending
/// @throws Interrupted; SystemError when the disk is full
void find_alike(const EmbeddedCorpus& embedded, const std::vector<std::uint32_t>& records, double cosine,
                const Workplace& workplace, Progress& progress,
                const std::function<void(std::uint32_t, std::uint32_t)>& join);

}  // namespace llmops::data
