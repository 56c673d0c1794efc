// Dates and times in ISO 8601, as JSON.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <string>

namespace llmops::data {

/// All write a JSON string; the plain count where it lies outside the years 0 to 9999, which ISO 8601 cannot write.

/// @param days  since 1970-01-01: "2026-03-01"
void append_date(std::string& out, std::int64_t days);
/// @param count  of `unit`s since midnight: "12:34:56", "12:34:56.789"
void append_time_of_day(std::string& out, std::int64_t count, arrow::TimeUnit::type unit);
/// @param count  of `unit`s since 1970-01-01T00:00:00
/// @param utc    ends with "Z"; else the time is a local one, of a place that is not known
void append_timestamp(std::string& out, std::int64_t count, arrow::TimeUnit::type unit, bool utc);
/// "PT1.5S"
void append_duration(std::string& out, std::int64_t count, arrow::TimeUnit::type unit);

}  // namespace llmops::data
