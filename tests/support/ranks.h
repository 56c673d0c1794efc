// The ranks of a job as threads of a test, which talk over the loopback device as processes do.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <future>
#include <stdexcept>
#include <vector>

#include "train/workers.h"

namespace llmops::test {

inline int free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  auto* any = reinterpret_cast<sockaddr*>(&address);
  const bool bound = ::bind(socket, any, length) == 0 && ::getsockname(socket, any, &length) == 0;
  ::close(socket);
  if (!bound) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

inline std::vector<train::Launch> launches(int size) {
  const int port = free_port();
  std::vector<train::Launch> all;
  for (int rank = 0; rank < size; ++rank) all.push_back({rank, size, rank, size, "127.0.0.1", port, false, 0});
  return all;
}

/// What `work` returns on each rank; it must not use Catch's macros. What it throws is reported to the other ranks, and
/// thrown here, of the first rank that threw.
template <typename Result>
std::vector<Result> on_ranks(int size, const std::function<Result(train::Workers&)>& work) {
  std::vector<std::future<Result>> futures;
  for (const train::Launch& launch : launches(size)) {
    futures.push_back(std::async(std::launch::async, [launch, &work] {
      train::Workers workers(launch, std::chrono::seconds(60));
      try {
        return work(workers);
      } catch (const std::exception& error) {
        workers.report_failure(error.what());
        throw;
      }
    }));
  }
  for (auto& future : futures) future.wait();
  std::vector<Result> results;
  for (auto& future : futures) results.push_back(future.get());
  return results;
}

}  // namespace llmops::test
