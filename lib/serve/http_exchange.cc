// One request's answer on its way out.
#include "serve/http_exchange.h"

namespace llmops::serve {
namespace {

/// Carries every call over to the loop's thread, in order.
class LoopWriter : public ReplyWriter {
 public:
  explicit LoopWriter(std::shared_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}
  ~LoopWriter() override {
    post([](Exchange& exchange) { exchange.abandon(); });
  }
  void send(Reply reply) override {
    post([reply = std::move(reply)](Exchange& exchange) mutable { exchange.send(std::move(reply)); });
  }
  void begin_stream(Reply head) override {
    post([head = std::move(head)](Exchange& exchange) { exchange.begin_stream(head); });
  }
  void write(std::string bytes) override {
    post([bytes = std::move(bytes)](Exchange& exchange) { exchange.write(bytes); });
  }
  void end() override {
    post([](Exchange& exchange) { exchange.end(); });
  }
  void on_closed(std::function<void(bool)> callback) override {
    post([callback = std::move(callback)](Exchange& exchange) mutable { exchange.set_on_closed(std::move(callback)); });
  }

 private:
  template <typename Work>
  void post(Work work) {
    exchange_->loop().post([exchange = exchange_, work = std::move(work)]() mutable { work(*exchange); });
  }
  std::shared_ptr<Exchange> exchange_;
};

}  // namespace

Exchange::Exchange(std::shared_ptr<EventLoop> loop, WireFormat format, std::function<Reply()> failure)
    : loop_(std::move(loop)),
      format_(format),
      failure_(std::move(failure)),
      timer_(loop_->context()),
      keep_alive_(format.keep_alive) {}

std::shared_ptr<ReplyWriter> Exchange::make_writer() { return std::make_shared<LoopWriter>(shared_from_this()); }

void Exchange::set_client_gone() {
  gone_ = true;
  wake();
}

void Exchange::close() {
  if (closed_) return;
  closed_ = true;
  delivered_ = ended_ && !gone_;
  output_.clear();
  // Moved out first: the callback holds what holds this exchange.
  if (const auto callback = std::exchange(on_closed_, nullptr)) callback(delivered_);
}

void Exchange::set_on_closed(std::function<void(bool)> callback) {
  if (closed_) return callback(delivered_);
  on_closed_ = std::move(callback);
}

void Exchange::send(Reply reply) {
  if (started_ || closed_) return;
  started_ = ended_ = true;
  keep_alive_ = keep_alive_ && !reply.close;
  output_ += format_reply(reply, format_);
  wake();
}

void Exchange::begin_stream(const Reply& head) {
  if (started_ || closed_) return;
  started_ = true;
  keep_alive_ = keep_alive_ && !head.close && format_.http_1_1;
  output_ += format_stream_head(head, format_);
  wake();
}

void Exchange::write(std::string_view bytes) {
  if (!started_ || ended_ || closed_) return;
  output_ += format_chunk(bytes, format_);
  wake();
}

void Exchange::end() {
  if (!started_ || ended_ || closed_) return;
  output_ += format_stream_end(format_);
  ended_ = true;
  wake();
}

void Exchange::abandon() {
  if (ended_ || closed_) return;
  if (!started_) return send(failure_());
  // Mid-stream there is no status left to set: a stream that breaks off without its last chunk says it failed.
  ended_ = true;
  keep_alive_ = false;
  wake();
}

}  // namespace llmops::serve
