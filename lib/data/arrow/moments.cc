// Counts since 1970 as calendar dates and clock times.
#include "data/arrow/moments.h"

#include <arrow/type.h>
#include <fmt/format.h>

#include <chrono>
#include <iterator>

#include "data/json_text.h"

namespace llmops::data {

namespace {

constexpr std::int64_t kSecondsADay = 86'400;
constexpr std::int64_t kFirstDay = -719'528;  // 0000-01-01
constexpr std::int64_t kLastDay = 2'932'896;  // 9999-12-31

constexpr std::int64_t floor_div(std::int64_t count, std::int64_t by) { return count / by - (count % by < 0 ? 1 : 0); }

// A count as whole seconds, rounded down, and what is left over.
struct Split {
  std::int64_t seconds = 0;
  std::int64_t rest = 0;  // not negative; of `per_second`
  std::int64_t per_second = 1;
  int digits = 0;  // that the rest is written with
};

Split split(std::int64_t count, arrow::TimeUnit::type unit) {
  Split time;
  switch (unit) {
    case arrow::TimeUnit::SECOND: break;
    case arrow::TimeUnit::MILLI: time.per_second = 1'000, time.digits = 3; break;
    case arrow::TimeUnit::MICRO: time.per_second = 1'000'000, time.digits = 6; break;
    case arrow::TimeUnit::NANO: time.per_second = 1'000'000'000, time.digits = 9; break;
  }
  time.seconds = floor_div(count, time.per_second);
  time.rest = count - time.seconds * time.per_second;
  return time;
}

bool in_calendar(std::int64_t days) { return days >= kFirstDay && days <= kLastDay; }

void add_day(std::string& out, std::int64_t days) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                 static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

void add_fraction(std::string& out, const Split& time) {
  if (time.rest != 0) fmt::format_to(std::back_inserter(out), ".{:0{}}", time.rest, time.digits);
}

void add_clock(std::string& out, std::int64_t second_of_day, const Split& time) {
  fmt::format_to(std::back_inserter(out), "{:02}:{:02}:{:02}", second_of_day / 3600, second_of_day / 60 % 60,
                 second_of_day % 60);
  add_fraction(out, time);
}

}  // namespace

void append_date(std::string& out, std::int64_t days) {
  if (!in_calendar(days)) return append_json_number(out, days);
  out += '"';
  add_day(out, days);
  out += '"';
}

void append_time_of_day(std::string& out, std::int64_t count, arrow::TimeUnit::type unit) {
  const Split time = split(count, unit);
  if (time.seconds < 0 || time.seconds >= kSecondsADay) return append_json_number(out, count);
  out += '"';
  add_clock(out, time.seconds, time);
  out += '"';
}

void append_timestamp(std::string& out, std::int64_t count, arrow::TimeUnit::type unit, bool utc) {
  const Split time = split(count, unit);
  const std::int64_t day = floor_div(time.seconds, kSecondsADay);
  if (!in_calendar(day)) return append_json_number(out, count);
  out += '"';
  add_day(out, day);
  out += 'T';
  add_clock(out, time.seconds - day * kSecondsADay, time);
  out += utc ? "Z\"" : "\"";
}

void append_duration(std::string& out, std::int64_t count, arrow::TimeUnit::type unit) {
  Split time = split(count, unit);
  const bool negative = time.seconds < 0;
  if (negative && time.rest != 0) {  // rounded down: -1.5 s stands as -2 s and half a second
    ++time.seconds;
    time.rest = time.per_second - time.rest;
  }
  const auto magnitude = static_cast<std::uint64_t>(time.seconds);
  fmt::format_to(std::back_inserter(out), "\"{}PT{}", negative ? "-" : "", negative ? 0 - magnitude : magnitude);
  add_fraction(out, time);
  out += "S\"";
}

}  // namespace llmops::data
