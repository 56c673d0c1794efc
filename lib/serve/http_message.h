// A request and its reply as the routes see them: no socket, no HTTP library.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace llmops::serve {

using Clock = std::chrono::steady_clock;
using Headers = std::vector<std::pair<std::string, std::string>>;

struct IncomingRequest {
  std::string method;  ///< "POST"
  std::string target;  ///< as sent: "/v1/models?limit=2"
  Headers headers;     ///< names in lower case
  std::string body;
  std::string peer;             ///< "127.0.0.1:50412"
  Clock::time_point arrived{};  ///< when its last byte was read

  /// The first value of a header, "" when absent.
  std::string_view header(std::string_view lower_case_name) const;
  /// The target without its query.
  std::string_view path() const;
};

struct Reply {
  int status = 200;
  std::string content_type = "application/json";
  Headers headers;  ///< beyond Content-Type, Content-Length and Connection
  std::string body;
  bool close = false;  ///< end the connection afterwards
};

/// Where a handler puts its answer: send() once, or begin_stream(), write()... and end(). Every member may be called
/// from any thread, returns at once, and does nothing once the client has left. A writer destroyed before its answer is
/// complete ends the connection (with a 500 where nothing was sent).
class ReplyWriter {
 public:
  virtual ~ReplyWriter() = default;
  virtual void send(Reply reply) = 0;
  /// @param head  status and headers; the body comes through write()
  virtual void begin_stream(Reply head) = 0;
  virtual void write(std::string bytes) = 0;
  virtual void end() = 0;
  /// Called once, from the server's thread: with true when the last byte was handed to the network, with false when the
  /// client left first. Set it before anything is sent; do not block in it.
  virtual void on_closed(std::function<void(bool delivered)> callback) = 0;
};

/// Called on one of the server's handler threads. It may keep the writer and answer later.
using Handler = std::function<void(IncomingRequest, std::shared_ptr<ReplyWriter>)>;

}  // namespace llmops::serve
