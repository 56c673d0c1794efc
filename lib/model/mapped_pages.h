// Pages of mapped files that have been read.
#pragma once

#include <cstddef>
#include <span>

namespace llmops::model {

/// Whole pages of `bytes`, which lie in a mapped file, leave memory; the file has them still.
void release_pages(std::span<const std::byte> bytes);

}  // namespace llmops::model
