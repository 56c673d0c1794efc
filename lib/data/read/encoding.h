// Which encoding a file of text is in, and reading it as UTF-8.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "data/read/byte_source.h"

namespace llmops::data {

struct Encoding {
  std::string name = "UTF-8";  ///< as ICU calls it
  std::size_t mark = 0;        ///< bytes of the byte order mark, which is no text

  bool is_utf8() const { return name == "UTF-8"; }
};

/// By any name ICU knows: "utf-8", "utf-16le", "windows-1252", "shift_jis", "gb18030", "koi8-r".
/// @returns nothing for an unknown name
std::optional<Encoding> find_encoding(std::string_view name);

constexpr std::size_t kEncodingHead = std::size_t{256} << 10;  ///< bytes that detect_encoding() wants to see

/// From the first bytes of a text. A byte order mark decides; then the zero bytes of UTF-16 and UTF-32; then UTF-8,
/// which stays UTF-8 where a few lines are damaged: another encoding needs many bytes that cannot be UTF-8, hardly any
/// that must be, and a confident detector. With less evidence the damage is left for the lines' own check to report.
/// @param complete  whether `head` is all there is; else a character may be cut off at its end
Encoding detect_encoding(std::string_view head, bool complete);

/// A text as UTF-8. A text in UTF-8 passes as it is, without its mark: broken bytes are the business of whoever reads
/// the lines. From any other encoding, bytes that do not convert become U+FFFD and are counted.
class Utf8Source : public ByteSource {
 public:
  virtual std::uint64_t replaced() const = 0;  ///< U+FFFD written so far
  virtual const Encoding& encoding() const = 0;
};

std::unique_ptr<Utf8Source> as_utf8(std::unique_ptr<ByteSource> source, const Encoding& encoding);

/// As above, detecting the encoding from the beginning of the source; a damaged source is still read up to the damage.
std::unique_ptr<Utf8Source> as_utf8(std::unique_ptr<ByteSource> source);

/// A text that lies in memory. @param replaced  is added to
std::string to_utf8(std::string_view text, const Encoding& encoding, std::uint64_t& replaced);

}  // namespace llmops::data
