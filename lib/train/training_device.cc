#include "train/training_device.h"

#include <ATen/Context.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <fmt/format.h>

#include "core/error.h"

namespace llmops::train {

at::Device find_training_device(const std::string& name, const Launch& launch) {
  const at::Device device(name);
  if (device.is_cpu()) return device;
  const int there = at::globalContext().getAcceleratorHooksInterface(device.type()).deviceCount();
  if (there == 0) {
    throw SystemError(fmt::format("'device' is '{}', but libtorch finds no such device here", name),
                      "set 'device: cpu', or build with a libtorch for this machine's GPU and check its driver");
  }
  if (device.has_index() && launch.local_size > 1) {
    throw UsageError(fmt::format("'device' is '{}' for all {} processes of this machine", name, launch.local_size),
                     fmt::format("'device: {}' gives each one of its own", at::DeviceTypeName(device.type(), true)));
  }
  if (device.has_index() && device.index() >= there) {
    throw SystemError(fmt::format("'device' is '{}', but this machine has {} of its kind", name, there),
                      "the first is number 0");
  }
  if (launch.local_rank >= there) {
    throw SystemError(fmt::format("{} has no device: this machine has {}", launch.name(), there),
                      "start as many processes on a machine as it has devices");
  }
  return device.has_index() ? device : at::Device(device.type(), static_cast<at::DeviceIndex>(launch.local_rank));
}

std::uint64_t peak_device_bytes(at::Device device) {
  if (device.is_cpu()) return 0;
  auto* allocator = dynamic_cast<c10::DeviceAllocator*>(c10::GetAllocator(device.type()));
  if (allocator == nullptr) return 0;
  constexpr auto kAll = static_cast<std::size_t>(c10::CachingAllocator::StatType::AGGREGATE);
  return static_cast<std::uint64_t>(allocator->getDeviceStats(device.index()).allocated_bytes[kAll].peak);
}

}  // namespace llmops::train
