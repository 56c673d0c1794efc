// WARC files (ISO 28500): records cut from the decompressed stream, and what is to be read in one.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "data/read/slices.h"

namespace llmops::data {

/// Cuts WARC/1.0 and 1.1 into records, header and block, by their Content-Length. Where a header is damaged, or no
/// record follows where the length says, reading goes on at the next line that begins with "WARC/1."; what lies before
/// it is one slice with the rule "bad_warc". A record above 64 MiB is one of "too_large", and only its header is in the
/// slice.
class WarcCutter {
 public:
  /// As JsonCutter::cut(). A record that was begun stays in `bytes` until it is whole.
  std::size_t cut(std::string_view bytes, bool last, std::vector<Slice>& slices);

 private:
  enum class Step { kMore, kDone };  ///< whether a record was passed, or more bytes are needed
  Step cut_record();
  Step cut_damaged(std::size_t from, std::string_view rule);
  void push(std::size_t end, std::string_view rule);

  std::string_view bytes_;
  bool last_ = false;
  std::vector<Slice>* slices_ = nullptr;
  std::size_t start_ = 0;     ///< of the record
  std::size_t searched_ = 0;  ///< no record begins between start_ and here; only while damaged
  std::string_view damage_;   ///< the rule, while the next record is searched for; "" otherwise
  bool told_ = false;         ///< that damage has its slice already
  std::uint64_t line_ = 1;    ///< at start_
};

/// One record as {"text", "url", "date", "title", "language"}; the last only where the page or the record names it.
///
/// Read are responses (HTTP status 200; chunked, gzip, deflate and zstd bodies), resources, and the conversions of WET
/// files: HTML by its main text, plain text as it is, both in UTF-8. Bytes that do not convert become U+FFFD.
/// @returns nothing for what is no document at all: requests, metadata, warcinfo, revisits, and a crawler's own logs
///          Loss: dropped "content_type" (the type), "http_status" (the code), "http_encoding" (the encoding);
///          rejected "bad_warc", "bad_http", "too_large"
std::optional<std::variant<Json, Loss>> read_warc_record(std::string_view record);

}  // namespace llmops::data
