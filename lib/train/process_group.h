// Connections between the processes of a job, by libtorch's c10d.
#pragma once

#include <chrono>
#include <torch/csrc/distributed/c10d/Backend.hpp>
#include <torch/csrc/distributed/c10d/Store.hpp>

#include "train/launch.h"

namespace llmops::train {

/// The table of names through which the processes find each other, of this start of the job alone. Returns once all are
/// there. @throws SystemError  they are not, within `timeout`
c10::intrusive_ptr<c10d::Store> join_store(const Launch& launch, std::chrono::seconds timeout);

/// Gloo, for tensors in main memory. One machine's processes talk over the loopback device; several machines' over the
/// one that the host's name stands for, or GLOO_SOCKET_IFNAME names.
/// @param timeout  of each transfer
c10::intrusive_ptr<c10d::Backend> connect_gloo(const Launch& launch, const c10::intrusive_ptr<c10d::Store>& store,
                                               std::chrono::seconds timeout);

/// NCCL, for tensors on a GPU; null where libtorch was built without.
c10::intrusive_ptr<c10d::Backend> connect_nccl(const Launch& launch, const c10::intrusive_ptr<c10d::Store>& store,
                                               std::chrono::seconds timeout);

}  // namespace llmops::train
