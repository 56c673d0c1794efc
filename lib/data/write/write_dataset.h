// A prepared corpus as a dataset folder (docs/formats/dataset.md).
#pragma once

#include <filesystem>

#include "data/write/encode.h"
#include "data/write/report.h"

namespace llmops::data {

/// What identifies the content: SHA-256 over the recipe, the inputs' names and hashes, the tokenizer and the embedder.
/// @param encoder   nullptr writes text only
/// @param embedder  TextEmbedder::key; "" where none is used
std::string dataset_key(const Corpus& corpus, const PrepareRecipe& recipe, const RecordEncoder* encoder,
                        const std::string& embedder);

/// Writes manifest.json, train.jsonl, validation.jsonl, test.jsonl, packed shards, rejects.jsonl, clusters.jsonl,
/// report.json and report.md. The same bytes for the same corpus and recipe, whatever the number of threads.
/// @param folder  exists and is empty; the caller makes it appear whole
/// @param report  gets the token counts
void write_dataset(const PreparedCorpus& prepared, const RecordEncoder* encoder, const Workplace& workplace,
                   const std::filesystem::path& folder, PrepareReport& report, Progress& progress);

}  // namespace llmops::data
