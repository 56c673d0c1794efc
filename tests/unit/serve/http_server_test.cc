// Limits, time-outs and broken requests, over a real socket.
#include "serve/http_server.h"

#include <atomic>
#include <mutex>
#include <thread>

#include "core/error.h"
#include "raw_client.h"
#include "support/catch.h"

using namespace llmops::serve;
using namespace llmops::serve::testing;
using namespace std::chrono_literals;

namespace {

HttpOptions quick_options() {
  HttpOptions options;
  options.max_body_bytes = 1000;
  options.max_header_bytes = 2000;
  options.header_timeout = 300ms;
  options.body_timeout = 300ms;
  options.idle_timeout = 400ms;
  return options;
}

std::string plain_error(int status, const std::string& message) { return std::to_string(status) + " " + message; }

/// Answers "METHOD path body".
void echo(IncomingRequest request, const std::shared_ptr<ReplyWriter>& writer) {
  Reply reply;
  reply.body = request.method + " " + std::string(request.path()) + " " + request.body;
  writer->send(std::move(reply));
}

}  // namespace

TEST_CASE("a connection serves several requests, also when they come at once", "[serve]") {
  HttpServer server(quick_options(), echo, plain_error);
  CHECK(server.url() == "http://127.0.0.1:" + std::to_string(server.port()));
  RawClient client(server.port());
  client.send(get("/one"));
  CHECK(body_of(client.read_reply()) == "GET /one ");
  client.send(post("/two?x=1", "abc") + get("/three"));
  const std::string second = client.read_reply();
  CHECK(second.find("HTTP/1.1 200 OK\r\n") == 0);
  CHECK(second.find("Connection: keep-alive") != std::string::npos);
  CHECK(body_of(second) == "POST /two abc");
  CHECK(body_of(client.read_reply()) == "GET /three ");
}

TEST_CASE("HTTP/1.0 and Connection close end the connection", "[serve]") {
  HttpServer server(quick_options(), echo, plain_error);
  for (const char* request : {"GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"}) {
    RawClient client(server.port());
    client.send(request);
    CHECK(client.read_to_end().find("Connection: close") != std::string::npos);
    CHECK(client.closed());
  }
}

TEST_CASE("broken requests are refused with their reason", "[serve]") {
  HttpServer server(quick_options(), echo, plain_error);
  const auto ask = [&](const std::string& bytes) {
    RawClient client(server.port());
    client.send(bytes);
    return client.read_to_end();
  };
  CHECK(status_of(ask("this is not HTTP\r\n\r\n")) == 400);
  CHECK(status_of(ask("GET / HTTP/1.1\r\nno colon here\r\n\r\n")) == 400);
  CHECK(status_of(ask("POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n")) == 400);
  CHECK(status_of(ask("POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")) == 400);
  CHECK(status_of(ask("GET / HTTP/1.1\r\nX: " + std::string(5000, 'x') + "\r\n\r\n")) == 431);
  const std::string large = ask(post("/", std::string(5000, 'x')));
  CHECK(status_of(large) == 413);
  CHECK(body_of(large) == "413 the request body is larger than 1000 bytes");
  CHECK(status_of(ask("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" + std::string(2000, 'x'))) == 413);
}

TEST_CASE("a client that sends its request slowly is cut off, others are not", "[serve]") {
  HttpServer server(quick_options(), echo, plain_error);
  RawClient slow(server.port());
  RawClient half(server.port());
  slow.send("GET / HTTP/1.1\r\nHost");
  half.send("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc");
  RawClient other(server.port());
  other.send(get("/other"));
  CHECK(body_of(other.read_reply()) == "GET /other ");
  const auto begin = std::chrono::steady_clock::now();
  CHECK(slow.read_to_end().empty());
  CHECK(slow.closed());
  CHECK(half.read_to_end().empty());
  CHECK(half.closed());
  CHECK(std::chrono::steady_clock::now() - begin < 3s);
}

TEST_CASE("a streamed reply comes in chunks, and an abandoned one breaks off", "[serve]") {
  HttpServer server(
      quick_options(),
      [](const IncomingRequest& request, const std::shared_ptr<ReplyWriter>& writer) {
        if (request.path() == "/nothing") return;
        writer->begin_stream({});
        writer->write("abc");
        writer->write("");
        writer->write("0123456789abcdef");
        if (request.path() == "/whole") writer->end();
      },
      plain_error);
  RawClient client(server.port());
  client.send(get("/whole"));
  const std::string whole = client.read_until("0\r\n\r\n");
  CHECK(whole.find("Transfer-Encoding: chunked") != std::string::npos);
  CHECK(body_of(whole) == "3\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n");
  client.send(get("/broken"));
  const std::string broken = client.read_to_end();
  CHECK(body_of(broken) == "3\r\nabc\r\n10\r\n0123456789abcdef\r\n");
  CHECK(client.closed());
  RawClient old(server.port());
  old.send("GET /whole HTTP/1.0\r\n\r\n");
  CHECK(body_of(old.read_to_end()) == "abc0123456789abcdef");
  RawClient dropped(server.port());
  dropped.send(get("/nothing"));
  CHECK(status_of(dropped.read_reply()) == 500);
}

TEST_CASE("on_closed tells a delivered reply from a client that left", "[serve]") {
  std::atomic<int> delivered{0};
  std::atomic<int> left{0};
  std::shared_ptr<ReplyWriter> kept;
  std::mutex mutex;
  HttpServer server(
      quick_options(),
      [&](IncomingRequest request, std::shared_ptr<ReplyWriter> writer) {
        writer->on_closed([&](bool whole) { ++(whole ? delivered : left); });
        if (request.path() == "/now") return writer->send({});
        const std::lock_guard lock(mutex);
        kept = std::move(writer);
      },
      plain_error);
  const auto wait_for = [](const std::atomic<int>& count) {
    for (int i = 0; i < 500 && count == 0; ++i) std::this_thread::sleep_for(10ms);
    return count.load();
  };
  RawClient client(server.port());
  client.send(get("/now"));
  client.read_reply();
  CHECK(wait_for(delivered) == 1);
  client.send(get("/later"));
  for (int i = 0; i < 500; ++i) {
    std::this_thread::sleep_for(10ms);
    const std::lock_guard lock(mutex);
    if (kept) break;
  }
  CHECK_FALSE(server.wait_until_idle(50ms));
  client.leave();
  CHECK(wait_for(left) == 1);
  CHECK(server.wait_until_idle(2s));
  const std::lock_guard lock(mutex);
  kept->send({});  // to nobody
}

TEST_CASE("a port in use is an error that names it", "[serve]") {
  HttpServer server(quick_options(), echo, plain_error);
  HttpOptions taken;
  taken.port = server.port();
  CHECK_THROWS_WITH(HttpServer(taken, echo, plain_error),
                    "cannot listen on 127.0.0.1:" + std::to_string(server.port()) + ": Address already in use");
  taken.host = "no.such.host.invalid";
  CHECK_THROWS_AS(HttpServer(taken, echo, plain_error), llmops::SystemError);
}

TEST_CASE("stop_accepting refuses new connections and closes idle ones", "[serve]") {
  HttpServer server(quick_options(), echo, plain_error);
  RawClient client(server.port());
  client.send(get("/"));
  client.read_reply();
  server.stop_accepting();
  CHECK(client.read_to_end().empty());
  CHECK(client.closed());
  CHECK_THROWS(RawClient(server.port()));
}
