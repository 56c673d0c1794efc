// Records and losses of one unit as a file: what a step has made, kept so that it need not be made again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/steps/batch.h"
#include "data/store/stored_file.h"

namespace llmops::data {

/// What a segment says of itself, without its records.
struct SegmentSummary {
  std::uint64_t records = 0;
  Counts rejected, dropped;  ///< by rule
  Counts redacted;           ///< by type
  Counts schemas;            ///< by name
};

SegmentSummary summarize(const Batch& batch);

/// Little-endian: a head, one entry an item, then the bytes the entries point to (docs/formats/dataset.md).
/// @param files  of the unit's parts: origins are stored as indices into it, as the list of inputs may differ next time
std::string encode_segment(const Batch& batch, const std::vector<std::uint32_t>& files);

/// A stored segment, read a piece at a time. Not safe to share between threads.
class Segment {
 public:
  /// @returns none where there is no such file, or one that is damaged: it is made anew then
  /// @param check  also that the bytes are those that were written, which reads all of them
  static std::optional<Segment> open(const std::filesystem::path& path, bool check);

  SegmentSummary summary() const;
  /// Everything. @param files  as encode_segment()
  Batch batch(const std::vector<std::uint32_t>& files) const;

  struct Place {
    std::uint32_t part = 0;  ///< of the unit
    std::uint64_t line = 0;
    bool is_record = false;
  };
  std::vector<Place> places() const;           ///< of each item, in order
  std::string id(std::uint64_t item) const;    ///< of a record or a loss; "" where it is not known
  std::string json(std::uint64_t item) const;  ///< of the record, or of the loss
  /// json() of consecutive items in one read. @param count  at least 1
  std::vector<std::string> jsons(std::uint64_t first, std::uint64_t count) const;

 private:
  struct Head;
  struct Entry;
  explicit Segment(StoredFile file) : file_(std::move(file)) {}
  std::vector<Entry> entries(std::uint64_t first, std::uint64_t count) const;
  friend std::string encode_segment(const Batch&, const std::vector<std::uint32_t>&);

  StoredFile file_;
  std::uint64_t items_ = 0, summary_bytes_ = 0;
};

Loss loss_from_json(const Json& json);
Json loss_json(const Loss& loss);

}  // namespace llmops::data
