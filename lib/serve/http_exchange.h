// One request's answer on its way out: written by any thread, sent by the server's.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "serve/http_wire.h"

namespace llmops::serve {

/// The server's event loop, which outlives the server while an engine still holds a writer. Closed, it takes no work.
class EventLoop {
 public:
  boost::asio::io_context& context() { return context_; }

  /// Any thread.
  template <typename Work>
  void post(Work work) {
    const std::lock_guard lock(mutex_);
    if (open_) boost::asio::post(context_, std::move(work));
  }
  void close() {
    const std::lock_guard lock(mutex_);
    open_ = false;
  }

 private:
  boost::asio::io_context context_{1};
  std::mutex mutex_;
  bool open_ = true;
};

/// Belongs to the loop's thread; make_writer()'s result may go anywhere.
class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(std::shared_ptr<EventLoop> loop, WireFormat format, std::function<Reply()> failure);

  std::shared_ptr<ReplyWriter> make_writer();

  // The side of the connection.
  bool has_output() const { return !output_.empty(); }
  std::string take_output() { return std::exchange(output_, {}); }
  bool complete() const { return ended_; }
  bool keep_alive() const { return keep_alive_; }
  bool client_gone() const { return gone_; }
  void set_client_gone();
  /// Sleeps until wake() is called. @param token  of Asio
  template <typename Token>
  auto wait(Token&& token) {
    timer_.expires_at(boost::asio::steady_timer::time_point::max());
    return timer_.async_wait(std::forward<Token>(token));
  }
  void wake() { timer_.cancel(); }
  /// Calls on_closed. Idempotent.
  void close();

  // The side of the writer.
  void send(Reply reply);
  void begin_stream(const Reply& head);
  void write(std::string_view bytes);
  void end();
  void abandon();
  void set_on_closed(std::function<void(bool)> callback);

  EventLoop& loop() { return *loop_; }

 private:
  std::shared_ptr<EventLoop> loop_;
  WireFormat format_;
  std::function<Reply()> failure_;
  boost::asio::steady_timer timer_;
  std::function<void(bool)> on_closed_;
  std::string output_;
  bool started_ = false;
  bool ended_ = false;
  bool gone_ = false;
  bool closed_ = false;
  bool delivered_ = false;
  bool keep_alive_ = true;
};

}  // namespace llmops::serve
