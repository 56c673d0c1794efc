// An HTTP response as a crawler stored it: its status, its type, and its body as the page's author wrote it.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "data/record.h"

namespace llmops::data {

struct HttpResponse {
  int status = 0;
  std::string_view content_type;  ///< of the header, as it stands there; "" for none
  std::string body;               ///< without chunks and compression
};

/// Some crawlers undo chunks or compression and leave the header as it was: a body that is not chunked or compressed is
/// taken as it is. A compressed body that is cut off gives what there is.
/// @returns Loss: rejected "bad_http"; "too_large" for more than 64 MiB; dropped "http_status" for any but 200,
///          "http_encoding" for a compression other than gzip, deflate and zstd
std::variant<HttpResponse, Loss> read_http_response(std::string_view message);

/// The page in UTF-8. A byte order mark decides; then whether the bytes are UTF-8 and not ASCII alone, which no other
/// encoding is by chance; then what the server, then the page's <meta> declares; then detection.
/// @param declared  by the server; "" for nothing
/// @param html      whether a <meta> is looked for
std::string page_as_utf8(std::string_view body, std::string_view declared, bool html);

}  // namespace llmops::data
