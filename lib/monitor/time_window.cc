// "24h", "7d" or a date, as the UTC texts the registry sorts by.
#include "monitor/time_window.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cctype>
#include <charconv>
#include <chrono>
#include <string_view>

#include "core/error.h"

namespace llmops::monitor {
namespace {

constexpr std::int64_t kSecond = 1000;  // milliseconds

/// Reads exactly `digits` digits at the front of `text` and drops them.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return {};
  int value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (std::isdigit(static_cast<unsigned char>(text[i])) == 0) return {};
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::int64_t> parse_date(std::string_view& text) {
  const auto year = take_number(text, 4);
  if (!year || !take(text, '-')) return {};
  const auto month = take_number(text, 2);
  if (!month || !take(text, '-')) return {};
  const auto day = take_number(text, 2);
  if (!day) return {};
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return {};
  return std::chrono::sys_days(date).time_since_epoch().count() * std::int64_t{86400} * kSecond;
}

std::optional<std::int64_t> parse_clock(std::string_view& text) {
  const auto hour = take_number(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return {};
  const auto minute = take_number(text, 2);
  if (!minute || *minute > 59) return {};
  std::int64_t ms = (*hour * 3600 + *minute * 60) * kSecond;
  if (!take(text, ':')) return ms;
  const auto second = take_number(text, 2);
  if (!second || *second > 59) return {};
  ms += *second * kSecond;
  if (!take(text, '.')) return ms;
  const auto fraction = take_number(text, 3);
  if (!fraction) return {};
  return ms + *fraction;
}

std::optional<std::int64_t> parse_utc(std::string_view text) {
  const auto date = parse_date(text);
  if (!date || text.empty()) return date;
  if (!take(text, 'T') && !take(text, ' ')) return {};
  const auto clock = parse_clock(text);
  take(text, 'Z');
  if (!clock || !text.empty()) return {};
  return *date + *clock;
}

}  // namespace

std::optional<std::int64_t> parse_span(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() - 1 || count < 0 || count > 1'000'000) return {};
  switch (text.back()) {
    case 's': return count * kSecond;
    case 'm': return count * 60 * kSecond;
    case 'h': return count * 3600 * kSecond;
    case 'd': return count * 86400 * kSecond;
    case 'w': return count * 7 * 86400 * kSecond;
    default: return {};
  }
}

std::string utc_text(std::int64_t unix_ms) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(static_cast<std::time_t>(unix_ms / 1000)),
                     unix_ms % 1000);
}

std::int64_t utc_milliseconds(const std::string& text) {
  const auto ms = parse_utc(text);
  if (!ms) throw InputError(fmt::format("'{}' is not a UTC time", text));
  return *ms;
}

std::string parse_time(const std::string& text, const std::string& option, std::int64_t now_ms) {
  if (!text.empty()) {
    if (const auto span = parse_span(text)) return utc_text(now_ms - *span);
    if (const auto ms = parse_utc(text)) return utc_text(*ms);
  }
  throw UsageError(fmt::format("{}: '{}' is neither a span nor a time", option, text),
                   "write 30m, 24h, 7d, 2026-03-01 or 2026-03-01T12:30Z (UTC)");
}

}  // namespace llmops::monitor
