#include "train/process_group.h"

#include <c10/util/Logging.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <thread>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#ifdef USE_C10D_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

#include "core/cancel.h"
#include "core/error.h"

namespace llmops::train {
namespace {

using Milliseconds = std::chrono::milliseconds;

/// One attempt; short, because nothing else stops it.
constexpr Milliseconds kAttempt{2000};

/// Rank 0 may start last, so that it is tried until `timeout`.
c10::intrusive_ptr<c10d::Store> open_store(const Launch& launch, std::chrono::seconds timeout) {
  c10d::TCPStoreOptions options;
  options.port = static_cast<std::uint16_t>(launch.port);
  options.isServer = launch.first() && !launch.store_is_served;
  options.waitWorkers = false;
  options.timeout = std::min<Milliseconds>(timeout, kAttempt);
  const auto end = std::chrono::steady_clock::now() + timeout;
  while (true) {
    throw_if_cancelled();
    try {
      auto store = c10::make_intrusive<c10d::TCPStore>(launch.address, options);
      store->setTimeout(timeout);
      return store;
    } catch (const std::exception&) {
      if (!options.isServer && std::chrono::steady_clock::now() < end) continue;
    }
    throw SystemError(fmt::format("{}: {} '{}:{}'", launch.name(),
                                  options.isServer ? "cannot listen on" : "cannot reach the other ranks at",
                                  launch.address, launch.port),
                      options.isServer ? "another job may hold the port: give another MASTER_PORT"
                                       : "is rank 0 running, and may this machine connect to it?");
  }
}

void wait_for_all(c10d::Store& store, const Launch& launch, std::chrono::seconds timeout) {
  const auto end = std::chrono::steady_clock::now() + timeout;
  std::int64_t here = store.add("joined", 1);
  while (here < launch.size) {
    throw_if_cancelled();
    if (std::chrono::steady_clock::now() > end) {
      throw SystemError(
          fmt::format("only {} of {} ranks came to '{}:{}'", here, launch.size, launch.address, launch.port),
          "see what the others wrote; WORLD_SIZE must be the number of processes started");
    }
    std::this_thread::sleep_for(Milliseconds(20));
    here = store.add("joined", 0);
  }
  if (here > launch.size) {
    throw SystemError(fmt::format("more than {} ranks came to '{}:{}'", launch.size, launch.address, launch.port),
                      "another job uses the port: give another MASTER_PORT");
  }
}

}  // namespace

c10::intrusive_ptr<c10d::Store> join_store(const Launch& launch, std::chrono::seconds timeout) {
  FLAGS_caffe2_log_level = std::max(FLAGS_caffe2_log_level, static_cast<int>(c10::GLOG_FATAL));  // we say it ourselves
  const auto whole = open_store(launch, timeout);
  const auto store = c10::make_intrusive<c10d::PrefixStore>(fmt::format("llmops/{}", launch.restarts), whole);
  wait_for_all(*store, launch, timeout);
  return store;
}

c10::intrusive_ptr<c10d::Backend> connect_gloo(const Launch& launch, const c10::intrusive_ptr<c10d::Store>& store,
                                               std::chrono::seconds timeout) {
  using Gloo = c10d::ProcessGroupGloo;
  const auto options = Gloo::Options::create(timeout);
  if (const char* interface = std::getenv("GLOO_SOCKET_IFNAME")) {
    options->devices.push_back(Gloo::createDeviceForInterface(interface));
  } else if (launch.local_size == launch.size) {
    options->devices.push_back(Gloo::createDeviceForHostname("127.0.0.1"));
  } else {
    options->devices.push_back(Gloo::createDefaultDevice());
  }
  try {
    return c10::make_intrusive<Gloo>(store, launch.rank, launch.size, options);
  } catch (const std::exception& error) {
    const std::string what = error.what();
    throw SystemError(
        fmt::format("{} cannot connect to the others: {}", launch.name(), what.substr(0, what.find('\n'))),
        "GLOO_SOCKET_IFNAME names the network interface to use");
  }
}

c10::intrusive_ptr<c10d::Backend> connect_nccl([[maybe_unused]] const Launch& launch,
                                               [[maybe_unused]] const c10::intrusive_ptr<c10d::Store>& store,
                                               [[maybe_unused]] std::chrono::seconds timeout) {
#ifdef USE_C10D_NCCL
  const auto options = c10d::ProcessGroupNCCL::Options::create();
  options->timeout = timeout;
  return c10::make_intrusive<c10d::ProcessGroupNCCL>(store, launch.rank, launch.size, options);
#else
  return {};
#endif
}

}  // namespace llmops::train
