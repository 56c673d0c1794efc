// Process identity from /proc (Linux).
#include "registry/process_identity.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/process.h"

namespace llmops::registry {
namespace {

std::string first_line(const std::string& path) {
  std::ifstream stream(path);
  std::string line;
  std::getline(stream, line);
  return line;
}

struct ProcessState {
  char state = 'X';  // as in proc(5)
  std::int64_t start = -1;
};

// The second field of /proc/PID/stat is the program's name in brackets and may hold anything; fields are counted after
// it.
ProcessState read_state(std::int64_t pid) {
  const std::string line = first_line("/proc/" + std::to_string(pid) + "/stat");
  const auto bracket = line.rfind(')');
  if (bracket == std::string::npos) return {};
  std::istringstream fields(line.substr(bracket + 1));
  ProcessState found;
  fields >> found.state;
  std::string skipped;
  for (int field = 4; field < 22; ++field) fields >> skipped;
  fields >> found.start;
  return found;
}

}  // namespace

ProcessIdentity this_process() {
  ProcessIdentity me;
  me.host = host_name();
  me.boot_id = first_line("/proc/sys/kernel/random/boot_id");
  std::error_code ignored;
  me.pid_namespace = std::filesystem::read_symlink("/proc/self/ns/pid", ignored).string();
  me.pid = ::getpid();
  me.start = read_state(me.pid).start;
  return me;
}

bool has_died(const ProcessIdentity& process) {
  const ProcessIdentity me = this_process();
  if (process.host != me.host) return false;
  if (process.boot_id != me.boot_id) return true;
  if (process.pid_namespace != me.pid_namespace) return false;
  const ProcessState now = read_state(process.pid);
  return now.state == 'Z' || now.state == 'X' || now.start != process.start;
}

}  // namespace llmops::registry
