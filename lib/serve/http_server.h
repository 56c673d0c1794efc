// An HTTP/1.1 server with limits and time-outs on everything a client can do. It knows nothing of models.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "serve/http_message.h"

namespace llmops::serve {

struct HttpOptions {
  std::string host = "127.0.0.1";  ///< name or address to listen on
  int port = 0;                    ///< 0: the system picks one
  std::size_t max_body_bytes = std::size_t{8} << 20;
  std::size_t max_header_bytes = std::size_t{16} << 10;
  int max_connections = 1024;  ///< one more is answered 503 and closed
  int handler_threads = 2;     ///< parsing and tokenizing happen on these, so that they never hold up a stream
  std::chrono::milliseconds header_timeout{10'000};  ///< from the first byte of a request to the end of its headers
  std::chrono::milliseconds body_timeout{30'000};    ///< from there to the end of its body
  std::chrono::milliseconds idle_timeout{75'000};    ///< of a kept-open connection between two requests
  std::chrono::milliseconds write_timeout{30'000};   ///< of a client that does not read its answer
};

/// Serves from its own thread from construction on, any number of connections without a thread each. The handler runs
/// on the handler threads.
class HttpServer {
 public:
  /// Body of an answer this server makes itself (400, 408, 413, 431, 500, 503).
  using ErrorBody = std::function<std::string(int status, const std::string& message)>;

  /// @throws SystemError  when it cannot listen there (in use, no permission, unknown name)
  HttpServer(const HttpOptions& options, Handler handler, ErrorBody error_body);
  /// As stop().
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const;         ///< the real one
  std::string url() const;  ///< "http://127.0.0.1:8000"

  /// Takes no new connection, closes idle ones, and ends each other one after its answer.
  void stop_accepting();
  /// Waits until no request is being answered. @returns false when that took longer
  bool wait_until_idle(std::chrono::milliseconds timeout);
  /// Ends every connection, calls every pending on_closed, and joins the threads. Idempotent.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace llmops::serve
