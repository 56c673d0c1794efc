// "24h", "7d" or a date, as the UTC texts the registry sorts by.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace llmops::monitor {

/// [since, until) in UTC, as registry::ServedRequest::started_at; "" is open.
struct TimeWindow {
  std::string since;
  std::string until;
};

/// "90s", "30m", "24h", "7d" or "2w" in milliseconds.
std::optional<std::int64_t> parse_span(std::string_view text);

/// A span back from now ("90s", "30m", "24h", "7d", "2w"), a date ("2026-03-01", its midnight UTC) or a time
/// ("2026-03-01T12:34[:56[.789]][Z]").
/// @param option  named in the error; @param now_ms  Unix milliseconds
/// @throws UsageError
std::string parse_time(const std::string& text, const std::string& option, std::int64_t now_ms);

std::string utc_text(std::int64_t unix_ms);
/// @throws InputError  for a text that is not such a time
std::int64_t utc_milliseconds(const std::string& text);

}  // namespace llmops::monitor
