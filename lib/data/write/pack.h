// Packed shards: the tokens of a split in memory-mappable files, laid out in rows of a fixed length.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/json.h"
#include "data/write/encode.h"

namespace llmops::data {

/// Head of SPLIT.index.bin, little-endian. Behind it: documents + 1 offsets (u64, tokens from the start of the token
/// file), documents record numbers (u32, lines of the split's jsonl from 0), then rows + 1 first documents (u64).
struct PackedHeader {
  char magic[8] = {'L', 'L', 'M', 'O', 'P', 'S', 'D', 'X'};
  std::uint32_t version = 1;
  std::uint32_t sequence_len = 0;
  std::uint64_t documents = 0;
  std::uint64_t rows = 0;
  std::uint64_t tokens = 0;
  std::uint64_t supervised = 0;
};
static_assert(sizeof(PackedHeader) == 48);

struct PackedStats {
  std::uint64_t documents = 0;  ///< pieces: a long plain text is several
  std::uint64_t rows = 0;
  std::uint64_t tokens = 0;
  std::uint64_t supervised = 0;  ///< tokens the loss counts
  std::uint64_t cut = 0;         ///< conversations longer than a row, which lost their end

  Json json() const;
};

/// Which documents share a row, each row at most `sequence_len` tokens: first fit over the last open rows, in order.
/// @param lengths  of the documents, each at most `sequence_len`
/// @returns documents of each row
std::vector<std::vector<std::uint32_t>> plan_rows(const std::vector<std::uint32_t>& lengths, int sequence_len);

/// Writes SPLIT.tokens.bin (u32 a token), SPLIT.mask.bin (u8 a token) and SPLIT.index.bin into `folder`.
/// Plain text longer than a row is cut into rows; a conversation keeps its beginning.
/// @param is_text  of each record
PackedStats write_packed(const std::vector<EncodedRecord>& records, const std::vector<bool>& is_text, int sequence_len,
                         const std::filesystem::path& folder, const std::string& split);

}  // namespace llmops::data
