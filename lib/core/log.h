// Messages for people, on stderr. Results never go through here.
#pragma once

#include <string>

namespace llmops {

enum class LogLevel { kQuiet, kNormal, kVerbose };

void set_log_level(LogLevel level);
LogLevel log_level();

void log_info(const std::string& message);     ///< shown unless quiet
void log_warning(const std::string& message);  ///< always shown, as "warning: ..."
void log_debug(const std::string& message);    ///< shown with -v

}  // namespace llmops
