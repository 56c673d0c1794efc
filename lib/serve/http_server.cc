// The HTTP server on Asio coroutines. The only file that includes Beast, which costs twenty seconds to compile.
#include "serve/http_server.h"

#include <fmt/format.h>

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

#include "core/error.h"
#include "serve/http_exchange.h"

namespace llmops::serve {
namespace {

namespace net = boost::asio;
namespace http = boost::beast::http;
using boost::beast::error_code;
using net::ip::tcp;
using Parser = http::request_parser<http::string_body>;

constexpr auto kAwait = net::as_tuple(net::use_awaitable);
constexpr std::size_t kReadBytes = 4096;
constexpr std::size_t kPipelinedBytes = std::size_t{64} << 10;  // read ahead while an answer is under way
constexpr std::size_t kLingerBytes = std::size_t{64} << 20;
constexpr std::chrono::seconds kLingerTime{5};

/// The status to refuse a broken request with; 0 where there is nobody to tell.
int refusal_status(const error_code& error) {
  if (error == http::error::body_limit) return 413;
  if (error == http::error::header_limit) return 431;
  if (error == http::error::end_of_stream || error == http::error::partial_message) return 0;
  return error.category() == http::make_error_code(http::error::bad_method).category() ? 400 : 0;
}

Headers lower_case_headers(const Parser::value_type& message) {
  Headers headers;
  for (const auto& field : message) {
    std::string name(field.name_string());
    for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    headers.emplace_back(std::move(name), std::string(field.value()));
  }
  return headers;
}

tcp::endpoint resolve_endpoint(const HttpOptions& options) {
  error_code error;
  const auto address = net::ip::make_address(options.host, error);
  if (!error) return {address, static_cast<unsigned short>(options.port)};
  net::io_context context;
  const auto found = tcp::resolver(context).resolve(options.host, std::to_string(options.port), error);
  if (error || found.empty()) {
    throw SystemError(fmt::format("cannot listen on '{}': no such host", options.host), "try --host 127.0.0.1");
  }
  return found.begin()->endpoint();
}

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

}  // namespace

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

  Impl(const HttpOptions& given, Handler on_request, ErrorBody make_body)
      : options(given),
        handler(std::move(on_request)),
        error_body(std::move(make_body)),
        handlers(static_cast<std::size_t>(given.handler_threads)) {
    listen();
    net::co_spawn(loop->context(), accept_all(), net::detached);
    thread = std::thread([this] { loop->context().run(); });
  }

  void listen() {
    const tcp::endpoint wanted = resolve_endpoint(options);
    try {
      acceptor.open(wanted.protocol());
      acceptor.set_option(net::socket_base::reuse_address(true));
      acceptor.bind(wanted);
      acceptor.listen(net::socket_base::max_listen_connections);
    } catch (const boost::system::system_error& error) {
      throw SystemError(fmt::format("cannot listen on {}:{}: {}", options.host, options.port, error.code().message()),
                        "choose another --port, or 0 for a free one");
    }
    endpoint = acceptor.local_endpoint();
  }

  Reply error_reply(int status, const std::string& message) const {
    Reply reply;
    reply.status = status;
    reply.body = error_body(status, message);
    reply.close = true;
    return reply;
  }

  net::awaitable<void> accept_all() {
    while (acceptor.is_open()) {
      auto [error, socket] = co_await acceptor.async_accept(kAwait);
      if (error == net::error::operation_aborted) break;
      if (error) {  // out of descriptors, say: those in use will be closed
        net::steady_timer pause(loop->context(), std::chrono::milliseconds(100));
        co_await pause.async_wait(kAwait);
        continue;
      }
      error_code ignored;
      socket.non_blocking(true, ignored);
      socket.set_option(tcp::no_delay(true), ignored);  // a token is a small packet that must not wait for the next
      auto session = std::make_shared<Session>(std::move(socket));
      const bool full = sessions.size() >= static_cast<std::size_t>(options.max_connections);
      sessions.insert(session);
      net::co_spawn(loop->context(), full ? refuse_and_close(session, 503, "too many connections") : converse(session),
                    [this, session](const std::exception_ptr&) { forget(session); });
    }
  }

  void forget(const SessionPtr& session) {
    // Left over only when the coroutine ended by an exception, such as out of memory.
    if (session->exchange) finish_exchange(*session);
    error_code ignored;
    session->stream.socket().close(ignored);
    sessions.erase(session);
  }

  net::awaitable<void> converse(SessionPtr session) {
    bool keep_alive = true;
    while (keep_alive && !draining && !stopping) {
      if (!co_await wait_for_request(session)) break;
      Parser parser;
      parser.header_limit(static_cast<std::uint32_t>(options.max_header_bytes));
      parser.body_limit(options.max_body_bytes);
      const error_code error = co_await read_request(session, parser);
      if (error) {
        const int status = refusal_status(error);
        if (status != 0) co_await refuse_and_close(session, status, refusal_message(status, error));
        co_return;
      }
      keep_alive = co_await answer(session, parser.release());
    }
    error_code ignored;
    session->stream.socket().shutdown(tcp::socket::shutdown_both, ignored);
  }

  std::string refusal_message(int status, const error_code& error) const {
    if (status == 413) return fmt::format("the request body is larger than {} bytes", options.max_body_bytes);
    if (status == 431) return fmt::format("the request headers are larger than {} bytes", options.max_header_bytes);
    return fmt::format("malformed HTTP request: {}", error.message());
  }

  net::awaitable<bool> wait_for_request(SessionPtr session) {
    if (session->buffer.size() > 0) co_return true;
    session->idle = true;
    session->stream.expires_after(options.idle_timeout);
    auto [error, bytes] = co_await session->stream.async_read_some(session->buffer.prepare(kReadBytes), kAwait);
    session->idle = false;
    session->buffer.commit(bytes);
    co_return !error;
  }

  net::awaitable<error_code> read_request(SessionPtr session, Parser& parser) {
    auto& stream = session->stream;
    stream.expires_after(options.header_timeout);
    auto [header_error, header_bytes] = co_await http::async_read_header(stream, session->buffer, parser, kAwait);
    if (header_error) co_return header_error;
    stream.expires_after(options.body_timeout);
    if (boost::beast::iequals(parser.get()[http::field::expect], "100-continue")) {
      static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
      auto [write_error, written] = co_await net::async_write(stream, net::buffer(kContinue), kAwait);
      if (write_error) co_return write_error;
    }
    auto [body_error, body_bytes] = co_await http::async_read(stream, session->buffer, parser, kAwait);
    co_return body_error;
  }

  /// Hands the request over, then sends what comes back. @returns whether the connection goes on
  net::awaitable<bool> answer(SessionPtr session, Parser::value_type message) {
    WireFormat format;
    format.http_1_1 = message.version() >= 11;
    format.keep_alive = message.keep_alive() && !draining;
    format.head_only = message.method() == http::verb::head;
    auto exchange = std::make_shared<Exchange>(loop, format, [this] { return error_reply(500, "internal error"); });
    begin_exchange(*session, exchange);
    hand_over(*session, std::move(message), exchange->make_writer());
    net::co_spawn(loop->context(), watch(session, exchange), net::detached);
    co_await pump(session, exchange);
    session->answered = true;
    error_code ignored;
    session->stream.socket().cancel(ignored);
    while (session->watching) co_await exchange->wait(kAwait);
    finish_exchange(*session);
    co_return exchange->keep_alive() && !exchange->client_gone();
  }

  void begin_exchange(Session& session, const std::shared_ptr<Exchange>& exchange) {
    session.exchange = exchange;
    session.watching = true;
    session.answered = false;
    const std::lock_guard lock(mutex);
    ++answering;
  }

  void finish_exchange(Session& session) {
    std::exchange(session.exchange, nullptr)->close();
    const std::lock_guard lock(mutex);
    --answering;
    idle_changed.notify_all();
  }

  void hand_over(Session& session, Parser::value_type message, std::shared_ptr<ReplyWriter> writer) {
    IncomingRequest request;
    request.method = std::string(message.method_string());
    request.target = std::string(message.target());
    request.headers = lower_case_headers(message);
    request.body = std::move(message.body());
    request.arrived = Clock::now();
    error_code ignored;
    const auto peer = session.stream.socket().remote_endpoint(ignored);
    if (!ignored) request.peer = fmt::format("{}:{}", peer.address().to_string(), peer.port());
    net::post(handlers, [this, request = std::move(request), writer = std::move(writer)]() mutable {
      try {
        handler(std::move(request), std::move(writer));
      } catch (const std::exception&) {
        // The writer is gone with the exception, which has answered 500; nothing may leave a pool's thread.
      }
    });
  }

  /// Sends output as it comes, until the answer is complete or the client gone.
  net::awaitable<void> pump(SessionPtr session, std::shared_ptr<Exchange> exchange) {
    while (!exchange->client_gone()) {
      if (exchange->has_output()) {
        const std::string bytes = exchange->take_output();
        session->stream.expires_after(options.write_timeout);
        auto [error, written] = co_await net::async_write(session->stream, net::buffer(bytes), kAwait);
        session->stream.expires_never();
        if (error) exchange->set_client_gone();
      } else if (exchange->complete()) {
        break;
      } else {
        session->stream.expires_never();
        co_await exchange->wait(kAwait);
      }
    }
  }

  /// Sees the client leave while its answer is being made. What it sends meanwhile is kept for the next request.
  net::awaitable<void> watch(SessionPtr session, std::shared_ptr<Exchange> exchange) {
    tcp::socket& socket = session->stream.socket();
    while (!session->answered && !exchange->client_gone() && session->buffer.size() < kPipelinedBytes) {
      auto [wait_error] = co_await socket.async_wait(tcp::socket::wait_read, kAwait);
      if (wait_error) break;  // the answer is complete
      error_code error;
      const std::size_t bytes = socket.read_some(session->buffer.prepare(kReadBytes), error);
      session->buffer.commit(bytes);
      if (error == net::error::would_block) continue;
      if (error) exchange->set_client_gone();
    }
    session->watching = false;
    exchange->wake();
  }

  /// Closing with unread input would reset the connection, and the client would never see why: read it off first.
  net::awaitable<void> refuse_and_close(SessionPtr session, int status, std::string message) {
    auto& stream = session->stream;
    stream.expires_after(kLingerTime);
    const std::string bytes = format_reply(error_reply(status, message), WireFormat{});
    auto [write_error, written] = co_await net::async_write(stream, net::buffer(bytes), kAwait);
    if (write_error) co_return;
    error_code ignored;
    stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
    std::string discarded(std::size_t{64} << 10, '\0');
    for (std::size_t total = 0; total < kLingerBytes;) {
      auto [error, count] = co_await stream.async_read_some(net::buffer(discarded), kAwait);
      if (error) break;
      total += count;
    }
  }

  void close_acceptor() {
    error_code ignored;
    acceptor.close(ignored);
  }

  void stop_accepting() {
    loop->post([this] {
      draining = true;
      close_acceptor();
      error_code ignored;
      for (const SessionPtr& session : sessions) {
        if (session->idle) session->stream.socket().cancel(ignored);
      }
    });
  }

  bool wait_until_idle(std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex);
    return idle_changed.wait_for(lock, timeout, [this] { return answering == 0; });
  }

  void stop() {
    if (std::exchange(stopped, true)) return;
    loop->post([this] {
      stopping = true;
      close_acceptor();
      error_code ignored;
      for (const SessionPtr& session : sessions) {
        if (session->exchange) session->exchange->set_client_gone();
        session->stream.socket().close(ignored);
      }
    });
    handlers.join();  // they still set callbacks, which the loop must still call
    loop->close();
    guard.reset();
    thread.join();
  }
};

HttpServer::HttpServer(const HttpOptions& options, Handler handler, ErrorBody error_body)
    : impl_(std::make_unique<Impl>(options, std::move(handler), std::move(error_body))) {}
HttpServer::~HttpServer() { stop(); }

int HttpServer::port() const { return impl_->endpoint.port(); }

std::string HttpServer::url() const {
  const std::string& host = impl_->options.host;
  return fmt::format("http://{}:{}", host.find(':') == std::string::npos ? host : "[" + host + "]", port());
}

void HttpServer::stop_accepting() { impl_->stop_accepting(); }
bool HttpServer::wait_until_idle(std::chrono::milliseconds timeout) { return impl_->wait_until_idle(timeout); }
void HttpServer::stop() { impl_->stop(); }

}  // namespace llmops::serve
