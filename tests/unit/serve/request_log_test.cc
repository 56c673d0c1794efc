// Batches, retries and the flush at the end.
#include "serve/request_log.h"

#include <atomic>
#include <stdexcept>

#include "support/catch.h"

using namespace llmops;
using serve::RequestLog;

TEST_CASE("all requests are written in order, the last at stop", "[serve]") {
  std::vector<std::string> ids;
  std::size_t batches = 0;
  {
    RequestLog log([&](const auto& batch) {
      ++batches;
      for (const auto& request : batch) ids.push_back(request.id);
    });
    for (int i = 0; i < 500; ++i) {
      registry::ServedRequest request;
      request.id = std::to_string(i);
      log.add(request);
    }
    log.stop();
    CHECK(log.lost() == 0);
  }
  REQUIRE(ids.size() == 500);
  CHECK(batches < 50);
  for (int i = 0; i < 500; ++i) CHECK(ids[static_cast<std::size_t>(i)] == std::to_string(i));
}

TEST_CASE("a failed write is tried again, and counted where it never succeeds", "[serve]") {
  std::atomic<int> calls{0};
  std::atomic<std::size_t> written{0};
  RequestLog recovers([&](const auto& batch) {
    if (++calls == 1) throw std::runtime_error("disk full");
    written += batch.size();
  });
  recovers.add({});
  for (int i = 0; i < 300 && calls == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  recovers.add({});
  recovers.stop();
  CHECK(written == 2);
  CHECK(recovers.lost() == 0);
  RequestLog never([](const auto&) { throw std::runtime_error("disk full"); });
  never.add({});
  never.stop();
  CHECK(never.lost() == 1);
}
