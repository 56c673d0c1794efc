// The HTTP server on Asio coroutines: listening, accepting, and stopping in good order.
#include "serve/http_server.h"

#include <fmt/format.h>

#include "core/error.h"
#include "serve/http_server_state.h"

namespace llmops::serve {
namespace {

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

}  // namespace

HttpServer::Impl::Impl(const HttpOptions& given, Handler on_request, ErrorBody make_body)
    : options(given),
      handler(std::move(on_request)),
      error_body(std::move(make_body)),
      handlers(static_cast<std::size_t>(given.handler_threads)) {
  listen();
  net::co_spawn(loop->context(), accept_all(), net::detached);
  thread = std::thread([this] { loop->context().run(); });
}

void HttpServer::Impl::listen() {
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

net::awaitable<void> HttpServer::Impl::accept_all() {
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

void HttpServer::Impl::forget(const SessionPtr& session) {
  // Left over only when the coroutine ended by an exception, such as out of memory.
  if (session->exchange) finish_exchange(*session);
  error_code ignored;
  session->stream.socket().close(ignored);
  sessions.erase(session);
}

void HttpServer::Impl::close_acceptor() {
  error_code ignored;
  acceptor.close(ignored);
}

void HttpServer::Impl::stop_accepting() {
  loop->post([this] {
    draining = true;
    close_acceptor();
    error_code ignored;
    for (const SessionPtr& session : sessions) {
      if (session->idle) session->stream.socket().cancel(ignored);
    }
  });
}

bool HttpServer::Impl::wait_until_idle(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex);
  return idle_changed.wait_for(lock, timeout, [this] { return answering == 0; });
}

void HttpServer::Impl::stop() {
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
