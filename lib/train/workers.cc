// Collective calls over c10d.
#include "train/workers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "core/cancel.h"
#include "train/process_group.h"
#include "train/pulse.h"

namespace llmops::train {
namespace {

/// Longest wait for all ranks to come, as torch.distributed's.
constexpr std::chrono::seconds kJoinTimeout{300};

}  // namespace

struct Workers::Connection {
  Connection(const Launch& of, std::chrono::seconds limit)
      : launch(of),
        timeout(limit),
        store(join_store(of, std::min(limit, kJoinTimeout))),
        pulse(of, store),
        gloo(connect_gloo(of, store->clone(), limit)) {}

  /// Null where the tensor has to be brought to main memory first.
  c10d::Backend* backend(const at::Tensor& tensor) {
    if (!gloo) throw WorkerLost("the ranks of this job have lost each other");
    if (tensor.is_cpu()) return gloo.get();
    if (tensor.is_cuda() && !nccl_tried) nccl = connect_nccl(launch, store->clone(), timeout);
    nccl_tried = nccl_tried || tensor.is_cuda();
    return nccl.get();
  }

  const Launch launch;
  const std::chrono::seconds timeout;
  const c10::intrusive_ptr<c10d::Store> store;
  Pulse pulse;
  c10::intrusive_ptr<c10d::Backend> gloo;  ///< null once a rank was lost
  c10::intrusive_ptr<c10d::Backend> nccl;  ///< null until needed, and where there is none
  bool nccl_tried = false;
};

Workers::Workers() = default;

Workers::Workers(const Launch& launch, std::chrono::seconds timeout) : launch_(launch) {
  if (launch.alone()) return;
  connection_ = std::make_unique<Connection>(launch, timeout);
}

Workers::~Workers() = default;

void Workers::lost(const std::string& problem) {
  const std::string found = connection_->pulse.diagnose();
  // Threads may wait for the lost rank until the timeout; without them the process can end at once.
  connection_->gloo.release();
  const std::string why =
      found.empty() ? fmt::format("the ranks lost each other: {}", problem.substr(0, problem.find('\n'))) : found;
  throw WorkerLost(why, "see what that rank wrote");
}

template <typename Start>
Transfer Workers::start_by_main_memory(const at::Tensor& tensor, const Start& begin) {
  const at::Tensor here = tensor.cpu();
  return [tensor, here, transfer = start(here, begin)] {
    transfer();
    tensor.copy_(here);
  };
}

template <typename Start>
Transfer Workers::start(const at::Tensor& tensor, const Start& start) {
  if (!connection_) return [] {};
  c10d::Backend* backend = connection_->backend(tensor);
  if (backend == nullptr) return start_by_main_memory(tensor, start);
  std::vector<at::Tensor> tensors = {tensor};
  try {
    auto work = start(*backend, tensors);
    return [this, work = std::move(work)] {
      try {
        work->wait();
      } catch (const std::exception& error) {
        lost(error.what());
      }
    };
  } catch (const std::exception& error) {
    lost(error.what());
  }
}

Transfer Workers::start_sum(const at::Tensor& tensor) {
  return start(tensor, [](c10d::Backend& backend, auto& tensors) { return backend.allreduce(tensors); });
}

Transfer Workers::start_sum_to(const at::Tensor& tensor, int owner) {
  return start(tensor, [&](c10d::Backend& backend, auto& tensors) {
    c10d::ReduceOptions options;
    options.rootRank = owner;
    return backend.reduce(tensors, options);
  });
}

Transfer Workers::start_broadcast(const at::Tensor& tensor, int owner) {
  return start(tensor, [&](c10d::Backend& backend, auto& tensors) {
    c10d::BroadcastOptions options;
    options.rootRank = owner;
    return backend.broadcast(tensors, options);
  });
}

Transfer Workers::start_send(const at::Tensor& tensor, int to) {
  return start(tensor, [&](c10d::Backend& backend, auto& tensors) { return backend.send(tensors, to, 0); });
}

Transfer Workers::start_receive(const at::Tensor& tensor, int from) {
  return start(tensor, [&](c10d::Backend& backend, auto& tensors) { return backend.recv(tensors, from, 0); });
}

double Workers::sum(double value) {
  if (alone()) return value;
  const at::Tensor total = at::full({1}, value, at::kDouble);
  start_sum(total)();
  return total.item<double>();
}

bool Workers::any(bool value) { return sum(value ? 1 : 0) > 0; }

std::vector<std::string> Workers::gather(const std::string& text) {
  if (alone()) return {text};
  const at::Tensor lengths = at::zeros({size()}, at::kLong);
  lengths[rank()].fill_(static_cast<std::int64_t>(text.size()));
  start_sum(lengths)();
  const at::Tensor rows = at::zeros({size(), lengths.max().item<std::int64_t>() + 1}, at::kByte);
  std::memcpy(rows[rank()].data_ptr(), text.data(), text.size());
  start_sum(rows)();  // each row is of one rank, the others' are zero
  std::vector<std::string> texts;
  for (int i = 0; i < size(); ++i) {
    texts.emplace_back(static_cast<const char*>(rows[i].const_data_ptr()),
                       static_cast<std::size_t>(lengths[i].item<std::int64_t>()));
  }
  return texts;
}

std::string Workers::broadcast(const std::string& text) { return gather(first() ? text : "").front(); }

void Workers::throw_if_any_cancelled() {
  if (any(cancel_requested())) throw Interrupted();
}

void Workers::report_failure(const std::string& what) noexcept {
  if (connection_) connection_->pulse.report(what);
}

}  // namespace llmops::train
