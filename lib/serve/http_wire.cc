// Replies as bytes of HTTP/1.1 and 1.0.
#include "serve/http_wire.h"

#include <fmt/format.h>

#include <algorithm>

namespace llmops::serve {

std::string_view IncomingRequest::header(std::string_view lower_case_name) const {
  const auto found =
      std::find_if(headers.begin(), headers.end(), [&](const auto& header) { return header.first == lower_case_name; });
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

std::string_view IncomingRequest::path() const {
  const std::string_view whole = target;
  return whole.substr(0, whole.find('?'));
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200: return "OK";
    case 204: return "No Content";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 503: return "Service Unavailable";
    default: return "Unknown";
  }
}

namespace {

// CR and LF in a value would start a header of their own.
std::string one_line(std::string_view value) {
  std::string clean(value);
  std::erase_if(clean, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
  return clean;
}

std::string format_head(const Reply& reply, const WireFormat& format, bool keep_alive) {
  std::string head = fmt::format("HTTP/{} {} {}\r\nContent-Type: {}\r\n", format.http_1_1 ? "1.1" : "1.0", reply.status,
                                 reason_phrase(reply.status), one_line(reply.content_type));
  for (const auto& [name, value] : reply.headers) head += fmt::format("{}: {}\r\n", one_line(name), one_line(value));
  // Answers are JSON, event streams and metrics; a browser must not guess anything else.
  head += "X-Content-Type-Options: nosniff\r\n";
  head += keep_alive ? "Connection: keep-alive\r\n" : "Connection: close\r\n";
  return head;
}

}  // namespace

std::string format_reply(const Reply& reply, const WireFormat& format) {
  std::string bytes = format_head(reply, format, format.keep_alive && !reply.close);
  bytes += fmt::format("Content-Length: {}\r\n\r\n", reply.body.size());
  if (!format.head_only) bytes += reply.body;
  return bytes;
}

std::string format_stream_head(const Reply& head, const WireFormat& format) {
  const bool keep_alive = format.keep_alive && !head.close && format.http_1_1;
  std::string bytes = format_head(head, format, keep_alive);
  if (format.http_1_1) bytes += "Transfer-Encoding: chunked\r\n";
  return bytes + "\r\n";
}

std::string format_chunk(std::string_view bytes, const WireFormat& format) {
  if (bytes.empty() || format.head_only) return "";
  if (!format.http_1_1) return std::string(bytes);
  return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
}

std::string format_stream_end(const WireFormat& format) {
  return format.http_1_1 && !format.head_only ? "0\r\n\r\n" : "";
}

}  // namespace llmops::serve
