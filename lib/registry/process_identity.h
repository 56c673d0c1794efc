// Who is running: enough to tell, later and from another process, whether that process is still there.
#pragma once

#include <cstdint>
#include <string>

namespace llmops::registry {

struct ProcessIdentity {
  std::string host;
  std::string boot_id;        ///< new at every boot of the kernel
  std::string pid_namespace;  ///< containers on one kernel count processes apart
  std::int64_t pid = 0;
  std::int64_t start = 0;  ///< clock ticks after boot: process numbers are used again, these not
};

ProcessIdentity this_process();

/// True only where it is certain: same host, and either the machine was booted since, or the process number is free or
/// belongs to a process that started at another time. A killed process not yet reaped by its parent counts as gone.
bool has_died(const ProcessIdentity& process);

}  // namespace llmops::registry
