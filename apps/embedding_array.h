// Embeddings as one array, `llmops embed -o FILE.npy`.
#pragma once

#include <string>

#include "apps/context.h"
#include "infer/embed_lines.h"

namespace llmops::apps {

/// Writes (lines, dimensions) float32, and prints how many and how fast. Lines that failed are rows of NaN; what was
/// wrong with them goes to the log.
infer::LinesReport write_embedding_array(infer::Embedder& embedder, LineSource& lines, bool plain,
                                         const std::string& path, Context& context);

}  // namespace llmops::apps
