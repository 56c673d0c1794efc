#include "core/error.h"

namespace llmops {

Error::Error(ExitCode exit_code, std::string code, const std::string& message, std::string hint)
    : std::runtime_error(message), exit_code_(exit_code), code_(std::move(code)), hint_(std::move(hint)) {}
Error::~Error() = default;

UsageError::UsageError(const std::string& message, std::string hint)
    : Error(ExitCode::kUsage, "usage", message, std::move(hint)) {}
UsageError::~UsageError() = default;

ConfigError::ConfigError(const std::string& message, std::string hint)
    : Error(ExitCode::kUsage, "config", message, std::move(hint)) {}
ConfigError::~ConfigError() = default;

InputError::InputError(const std::string& message, std::string hint)
    : Error(ExitCode::kFailed, "input", message, std::move(hint)) {}
InputError::~InputError() = default;

NotFoundError::NotFoundError(const std::string& message, std::string hint)
    : Error(ExitCode::kFailed, "not_found", message, std::move(hint)) {}
NotFoundError::~NotFoundError() = default;

SystemError::SystemError(const std::string& message, std::string hint)
    : Error(ExitCode::kFailed, "system", message, std::move(hint)) {}
SystemError::~SystemError() = default;

Interrupted::Interrupted() : Error(ExitCode::kInterrupted, "interrupted", "interrupted") {}
Interrupted::~Interrupted() = default;

}  // namespace llmops
