// A client that says exactly the bytes it is told, so that tests can misbehave.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>

namespace llmops::serve::testing {

class RawClient {
 public:
  explicit RawClient(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      ::close(socket_);
      throw std::runtime_error("connect failed");
    }
  }
  ~RawClient() { leave(); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  void leave() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }
  /// Reads until `mark` was seen, the other side closed, or five seconds passed. @returns all that was read
  std::string read_until(std::string_view mark) {
    std::string read = std::exchange(unread_, {});
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (read.find(mark) == std::string::npos && std::chrono::steady_clock::now() < end) {
      pollfd ready{socket_, POLLIN, 0};
      if (::poll(&ready, 1, 100) <= 0) continue;
      char buffer[4096];
      const auto count = ::recv(socket_, buffer, sizeof buffer, 0);
      if (count <= 0) {
        closed_ = true;
        break;
      }
      read.append(buffer, static_cast<std::size_t>(count));
    }
    return read;
  }
  std::string read_to_end() { return read_until("\x01never\x01"); }
  /// One reply with a Content-Length; what came after it is kept for the next read.
  std::string read_reply() {
    std::string read = read_until("\r\n\r\n");
    const auto head = read.find("\r\n\r\n");
    const auto length = read.find("Content-Length: ");
    if (head == std::string::npos || length == std::string::npos) return read;
    const std::size_t whole = head + 4 + std::stoul(read.substr(length + 16));
    while (read.size() < whole && !closed_) {
      char buffer[4096];
      const auto count = ::recv(socket_, buffer, std::min(sizeof buffer, whole - read.size()), 0);
      if (count <= 0) break;
      read.append(buffer, static_cast<std::size_t>(count));
    }
    if (read.size() > whole) {
      unread_ = read.substr(whole);
      read.resize(whole);
    }
    return read;
  }
  bool closed() const { return closed_; }

 private:
  int socket_;
  std::string unread_;
  bool closed_ = false;
};

inline std::string post(const std::string& path, const std::string& body, const std::string& more_headers = "") {
  return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + more_headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}
inline std::string get(const std::string& path, const std::string& more_headers = "") {
  return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + more_headers + "\r\n";
}
inline std::string body_of(const std::string& reply) {
  const auto head = reply.find("\r\n\r\n");
  return head == std::string::npos ? "" : reply.substr(head + 4);
}
inline int status_of(const std::string& reply) { return reply.size() < 12 ? 0 : std::stoi(reply.substr(9, 3)); }

}  // namespace llmops::serve::testing
