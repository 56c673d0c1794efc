// Packed shards: the tokens of a split in memory-mappable files, laid out in rows of a fixed length.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <string>
#include <vector>

#include "core/files.h"
#include "core/json.h"
#include "data/store/spill_file.h"
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
/// Rows are finished in the order in which they were begun, so that few are held at a time.
/// @tparam Document  what is put into rows
template <typename Document>
class RowPlanner {
 public:
  struct Row {
    std::uint32_t room = 0;
    std::vector<Document> documents;
  };

  explicit RowPlanner(int sequence_len) : sequence_len_(static_cast<std::uint32_t>(sequence_len)) {}

  /// @param length   tokens, at most `sequence_len`
  /// @param take_row  is given the row that is finished by this document, if one is
  template <typename TakeRow>
  void add(std::uint32_t length, Document document, TakeRow take_row) {
    auto fit = std::find_if(open_.begin(), open_.end(), [&](const Row& row) { return row.room >= length; });
    if (fit == open_.end()) {
      if (open_.size() == kOpenRows) {
        take_row(open_.front());
        open_.pop_front();
      }
      open_.push_back({sequence_len_, {}});
      fit = open_.end() - 1;
    }
    fit->documents.push_back(std::move(document));
    fit->room -= length;
  }

  template <typename TakeRow>
  void finish(TakeRow take_row) {
    for (const Row& row : open_) take_row(row);
    open_.clear();
  }

 private:
  static constexpr std::size_t kOpenRows = 64;  ///< more fill rows better, and cost more time
  std::uint32_t sequence_len_;
  std::deque<Row> open_;
};

/// Writes SPLIT.tokens.bin (u32 a token), SPLIT.mask.bin (u8 a token) and SPLIT.index.bin into a folder, a record at a
/// time. Plain text longer than a row is cut into rows; a conversation keeps its beginning.
class PackedWriter {
 public:
  PackedWriter(int sequence_len, const std::filesystem::path& folder, const std::string& split);

  /// Records are numbered from 0, as the lines of the split's jsonl.
  void add(const EncodedRecord& record, bool is_text);
  PackedStats finish();

 private:
  struct Piece {
    std::uint32_t record = 0;
    std::vector<text::TokenId> tokens;
    std::vector<std::uint8_t> supervised;
  };
  void write_row(const RowPlanner<Piece>::Row& row);

  std::uint32_t sequence_len_;
  std::uint32_t next_record_ = 0;
  PackedStats stats_;
  RowPlanner<Piece> planner_;
  AtomicFile tokens_, mask_, index_;
  SpillFile offsets_, sources_, first_documents_;  ///< sections of the index, whose lengths are known last
};

}  // namespace llmops::data
