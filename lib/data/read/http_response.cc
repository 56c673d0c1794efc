// Status line, header, chunks and compression; what a crawler undid already is recognised by the bytes.
#include "data/read/http_response.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "core/error.h"
#include "data/read/compression.h"
#include "data/read/header_fields.h"

namespace llmops::data {

namespace {

constexpr std::size_t kLargestBody = std::size_t{64} << 20;

// 0 where the line is no status line.
int status_of(std::string_view line) {
  const std::size_t blank = line.find(' ');
  if (line.substr(0, 5) != "HTTP/" || blank == std::string_view::npos) return 0;
  line.remove_prefix(std::min(line.find_first_not_of(' ', blank), line.size()));
  const auto status = parse_length(line.substr(0, 3));
  return status && *status >= 100 ? static_cast<int>(*status) : 0;
}

// Bytes of a chunk's size line up to behind its line end, and the size. Nothing where there is no such line.
struct ChunkHead {
  std::size_t length = 0;
  std::uint64_t size = 0;
};
std::optional<ChunkHead> chunk_head(std::string_view body) {
  constexpr std::size_t kLongestLine = 256;  // sizes may carry extensions
  const std::size_t feed = body.substr(0, kLongestLine).find('\n');
  if (feed == std::string_view::npos) return std::nullopt;
  const std::string_view line = body.substr(0, feed);
  ChunkHead head{feed + 1, 0};
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), head.size, 16);
  const auto rest = line.substr(static_cast<std::size_t>(end - line.data()));
  const bool ends = rest.empty() || rest[0] == ';' || rest[0] == '\r' || rest[0] == ' ';
  if (error != std::errc() || !ends) return std::nullopt;
  return head;
}

std::string without_chunks(std::string_view body) {
  std::string whole;
  std::string_view rest = body;
  while (const std::optional<ChunkHead> head = chunk_head(rest)) {
    if (head->size == 0) return whole;
    rest.remove_prefix(head->length);
    const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(head->size, rest.size()));
    whole.append(rest.substr(0, size));
    rest.remove_prefix(size);
    rest.remove_prefix(std::min(rest.find_first_not_of("\r\n"), rest.size()));
  }
  return whole.empty() ? std::string(body) : whole;
}

// Nothing for an encoding that is not known.
std::optional<Compression> compression_named(std::string_view encoding, std::string_view body) {
  const Compression found = compression_of(body, "");
  if (found != Compression::kNone) return found;
  if (encoding.empty() || encoding == "identity" || encoding == "utf-8" || encoding == "none")
    return Compression::kNone;
  // Text that says it is compressed was decompressed by the crawler.
  const bool text = !body.empty() && (body[0] == '<' || body[0] == '\n' || body[0] == '\r' || body[0] == '\xEF');
  if (text || encoding == "gzip" || encoding == "x-gzip" || encoding == "zstd") return Compression::kNone;
  if (encoding == "deflate") return Compression::kDeflate;
  return std::nullopt;
}

// What a damaged body holds before the damage is read. Nothing for more than kLargestBody.
std::optional<std::string> decompress(std::string_view body, Compression compression) {
  const auto source = decompressed(memory_bytes(body), compression, "http body");
  std::string whole;
  std::string buffer(std::size_t{1} << 16, '\0');
  try {
    while (const std::size_t got = source->read(buffer.data(), buffer.size())) {
      if (whole.size() + got > kLargestBody) return std::nullopt;
      whole.append(buffer, 0, got);
    }
  } catch (const InputError&) {
    if (whole.empty() && compression == Compression::kDeflate) return std::string(body);  // it was not compressed
  }
  return whole;
}

}  // namespace

std::variant<HttpResponse, Loss> read_http_response(std::string_view message) {
  const std::optional<HeaderFields> header = read_header_fields(message);
  if (!header) return rejected("bad_http", message.substr(0, kShownBytes));
  const int status = status_of(header->first_line);
  if (status == 0) return rejected("bad_http", message.substr(0, kShownBytes));
  if (status != 200) return dropped("http_status", fmt::format("{}", status));
  HttpResponse response{status, header->value("Content-Type"), ""};
  const bool chunked = ascii_lower(header->value("Transfer-Encoding")).find("chunked") != std::string::npos;
  response.body = chunked ? without_chunks(header->body) : std::string(header->body);
  const std::string encoding = ascii_lower(header->value("Content-Encoding"));
  const std::optional<Compression> compression = compression_named(encoding, response.body);
  if (!compression) return dropped("http_encoding", encoding);
  if (*compression != Compression::kNone) {
    std::optional<std::string> whole = decompress(response.body, *compression);
    if (!whole) return rejected("too_large", encoding);
    response.body = std::move(*whole);
  }
  return response;
}

}  // namespace llmops::data
