// Every failure a person can meet: what, where, why, the next step, and the exit code of the process.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace llmops {

/// Exit codes of the program; scripts rely on them (`llmops help exit-codes`).
enum class ExitCode : int {
  kDone = 0,
  kFailed = 1,
  kUsage = 2,            ///< usage or configuration error
  kTripped = 3,          ///< a gate or an alert tripped
  kNothingMeasured = 4,  ///< a gate with no data is not a pass
  kInterrupted = 130,    ///< the run is recorded as interrupted
};

/// Base of all typed errors. Messages are lower case, quote the subject and carry no full stop: "lora.yaml:4: unknown
/// key 'lrr'". The hint says the next step: "did you mean 'lr'?". Libraries throw; only apps/main.cc catches.
class Error : public std::runtime_error {
 public:
  Error(ExitCode exit_code, std::string code, const std::string& message, std::string hint = "");
  ~Error() override;  // out of line: the type information lives in core alone, and crosses shared libraries

  ExitCode exit_code() const { return exit_code_; }
  /// Stable machine-readable name, e.g. "not_found"; `error.code` of the JSON form.
  const std::string& code() const { return code_; }
  const std::string& hint() const { return hint_; }

 private:
  ExitCode exit_code_;
  std::string code_;
  std::string hint_;
};

/// A wrong command line; exit 2, code "usage".
class UsageError : public Error {
 public:
  explicit UsageError(const std::string& message, std::string hint = "");
  ~UsageError() override;
};

/// A wrong recipe, task or threshold file; exit 2, code "config".
class ConfigError : public Error {
 public:
  explicit ConfigError(const std::string& message, std::string hint = "");
  ~ConfigError() override;
};

/// A file or record that is malformed, truncated or hostile; exit 1, code "input".
class InputError : public Error {
 public:
  explicit InputError(const std::string& message, std::string hint = "");
  ~InputError() override;
};

/// Something named that is not there; exit 1, code "not_found".
class NotFoundError : public Error {
 public:
  explicit NotFoundError(const std::string& message, std::string hint = "");
  ~NotFoundError() override;
};

/// The operating system, the disk or the network said no; exit 1, code "system".
class SystemError : public Error {
 public:
  explicit SystemError(const std::string& message, std::string hint = "");
  ~SystemError() override;
};

/// Ctrl-C or SIGTERM; exit 130, code "interrupted".
class Interrupted : public Error {
 public:
  Interrupted();
  ~Interrupted() override;
};

}  // namespace llmops
