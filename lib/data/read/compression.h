// gzip and zstd as streams, so that neither a large file nor a bomb ever lies in memory as a whole.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "data/read/byte_source.h"

namespace llmops::data {

enum class Compression { kNone, kGzip, kZstd, kDeflate };

/// What the first bytes say wins over the extension (gz, gzip, zst, zstd). The extension alone decides only where the
/// beginning is neither a known one nor text: then the stream is damaged, and reading it says so.
/// @throws NotFoundError, SystemError
Compression compression_of(const std::filesystem::path& path);
/// @param head  the first bytes, 4 at least where there are as many
Compression compression_of(std::string_view head, std::string_view extension);

/// All gzip members or zstd frames one after the other; kDeflate is HTTP's "deflate", zlib's or a bare stream.
/// @param name  what errors call it
/// @throws InputError  from read(), naming the byte of the compressed stream where it is damaged or cut off; also for a
/// zstd window above 128 MiB, which would have to lie in memory
std::unique_ptr<ByteSource> decompressed(std::unique_ptr<ByteSource> source, Compression compression,
                                         std::string_view name = "stream");

}  // namespace llmops::data
