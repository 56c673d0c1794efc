// What the HTTP server holds: its sockets, threads and conversations. Only its two sources include this, for Beast
// costs twenty seconds to compile.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <condition_variable>
#include <set>
#include <thread>

#include "serve/http_exchange.h"
#include "serve/http_server.h"

namespace llmops::serve {

namespace net = boost::asio;
namespace http = boost::beast::http;
using boost::beast::error_code;
using net::ip::tcp;
using HttpParser = http::request_parser<http::string_body>;

constexpr auto kAwait = net::as_tuple(net::use_awaitable);

/// One connection.
struct Session {
  explicit Session(tcp::socket socket) : stream(std::move(socket)) {}
  boost::beast::tcp_stream stream;
  boost::beast::flat_buffer buffer;
  bool idle = true;  ///< between two requests
  bool watching = false;
  bool answered = false;               ///< nothing more to send in this exchange
  std::shared_ptr<Exchange> exchange;  ///< while one is under way
};
using SessionPtr = std::shared_ptr<Session>;

struct HttpServer::Impl {
  HttpOptions options;
  Handler handler;
  ErrorBody error_body;
  std::shared_ptr<EventLoop> loop = std::make_shared<EventLoop>();
  net::executor_work_guard<net::io_context::executor_type> guard{loop->context().get_executor()};
  tcp::acceptor acceptor{loop->context()};
  tcp::endpoint endpoint;
  net::thread_pool handlers;
  std::set<SessionPtr> sessions;
  bool draining = false;  // these four: the loop's thread only, but for the counts under the mutex
  bool stopping = false;
  std::mutex mutex;
  std::condition_variable idle_changed;
  int answering = 0;
  bool stopped = false;
  std::thread thread;

  Impl(const HttpOptions& given, Handler on_request, ErrorBody make_body);

  // http_server.cc: from listening to stopping
  void listen();
  net::awaitable<void> accept_all();
  void forget(const SessionPtr& session);
  void close_acceptor();
  void stop_accepting();
  bool wait_until_idle(std::chrono::milliseconds timeout);
  void stop();

  // http_conversation.cc: requests and answers on one connection
  Reply error_reply(int status, const std::string& message) const;
  net::awaitable<void> converse(SessionPtr session);
  std::string refusal_message(int status, const error_code& error) const;
  net::awaitable<bool> wait_for_request(SessionPtr session);
  net::awaitable<error_code> read_request(SessionPtr session, HttpParser& parser);
  /// Hands the request over, then sends what comes back. @returns whether the connection goes on
  net::awaitable<bool> answer(SessionPtr session, HttpParser::value_type message);
  void begin_exchange(Session& session, const std::shared_ptr<Exchange>& exchange);
  void finish_exchange(Session& session);
  void hand_over(Session& session, HttpParser::value_type message, std::shared_ptr<ReplyWriter> writer);
  /// Sends output as it comes, until the answer is complete or the client gone.
  net::awaitable<void> pump(SessionPtr session, std::shared_ptr<Exchange> exchange);
  /// Sees the client leave while its answer is being made. What it sends meanwhile is kept for the next request.
  net::awaitable<void> watch(SessionPtr session, std::shared_ptr<Exchange> exchange);
  /// Closing with unread input would reset the connection, and the client would never see why: read it off first.
  net::awaitable<void> refuse_and_close(SessionPtr session, int status, std::string message);
};

}  // namespace llmops::serve
