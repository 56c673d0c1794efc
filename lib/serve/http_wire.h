// Replies as bytes of HTTP/1.1 and 1.0.
#pragma once

#include <string>

#include "serve/http_message.h"

namespace llmops::serve {

/// How the other side reads.
struct WireFormat {
  bool http_1_1 = true;  ///< else 1.0: no chunks, the end of the stream is the end of the connection
  bool keep_alive = true;
  bool head_only = false;  ///< the request was HEAD: headers without a body
};

/// "Not Found" for 404; "Unknown" for a status this server never sends.
std::string_view reason_phrase(int status);

/// A whole reply. The connection ends where `reply.close` or `format` says so.
std::string format_reply(const Reply& reply, const WireFormat& format);

/// The head of a streamed reply.
std::string format_stream_head(const Reply& head, const WireFormat& format);

/// A piece of a streamed body; "" for an empty piece, which would end the stream.
std::string format_chunk(std::string_view bytes, const WireFormat& format);

/// What ends a streamed body.
std::string format_stream_end(const WireFormat& format);

}  // namespace llmops::serve
