// A connection's conversation: requests read, handed over and answered, one after the other.
#include <fmt/format.h>

#include "serve/http_server_state.h"

namespace llmops::serve {
namespace {

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

Headers lower_case_headers(const HttpParser::value_type& message) {
  Headers headers;
  for (const auto& field : message) {
    std::string name(field.name_string());
    for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    headers.emplace_back(std::move(name), std::string(field.value()));
  }
  return headers;
}

}  // namespace

Reply HttpServer::Impl::error_reply(int status, const std::string& message) const {
  Reply reply;
  reply.status = status;
  reply.body = error_body(status, message);
  reply.close = true;
  return reply;
}

net::awaitable<void> HttpServer::Impl::converse(SessionPtr session) {
  bool keep_alive = true;
  while (keep_alive && !draining && !stopping) {
    if (!co_await wait_for_request(session)) break;
    HttpParser parser;
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

std::string HttpServer::Impl::refusal_message(int status, const error_code& error) const {
  if (status == 413) return fmt::format("the request body is larger than {} bytes", options.max_body_bytes);
  if (status == 431) return fmt::format("the request headers are larger than {} bytes", options.max_header_bytes);
  return fmt::format("malformed HTTP request: {}", error.message());
}

net::awaitable<bool> HttpServer::Impl::wait_for_request(SessionPtr session) {
  if (session->buffer.size() > 0) co_return true;
  session->idle = true;
  session->stream.expires_after(options.idle_timeout);
  auto [error, bytes] = co_await session->stream.async_read_some(session->buffer.prepare(kReadBytes), kAwait);
  session->idle = false;
  session->buffer.commit(bytes);
  co_return !error;
}

net::awaitable<error_code> HttpServer::Impl::read_request(SessionPtr session, HttpParser& parser) {
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

net::awaitable<bool> HttpServer::Impl::answer(SessionPtr session, HttpParser::value_type message) {
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

void HttpServer::Impl::begin_exchange(Session& session, const std::shared_ptr<Exchange>& exchange) {
  session.exchange = exchange;
  session.watching = true;
  session.answered = false;
  const std::lock_guard lock(mutex);
  ++answering;
}

void HttpServer::Impl::finish_exchange(Session& session) {
  std::exchange(session.exchange, nullptr)->close();
  const std::lock_guard lock(mutex);
  --answering;
  idle_changed.notify_all();
}

void HttpServer::Impl::hand_over(Session& session, HttpParser::value_type message,
                                 std::shared_ptr<ReplyWriter> writer) {
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

net::awaitable<void> HttpServer::Impl::pump(SessionPtr session, std::shared_ptr<Exchange> exchange) {
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

net::awaitable<void> HttpServer::Impl::watch(SessionPtr session, std::shared_ptr<Exchange> exchange) {
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

net::awaitable<void> HttpServer::Impl::refuse_and_close(SessionPtr session, int status, std::string message) {
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

}  // namespace llmops::serve
