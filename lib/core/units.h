// Numbers as people read them.
#pragma once

#include <cstdint>
#include <string>

namespace llmops {

std::string format_bytes(std::uint64_t bytes);            ///< "271.3 MB" (decimal units, as disks and networks count)
std::string format_count(std::uint64_t count);            ///< "12,345"
std::string format_duration(double seconds);              ///< "850 ms", "12.3 s", "4 min 05 s"
std::string format_number(double value, int digits = 4);  ///< significant digits, no exponent for common sizes
/// UTC, "2026-03-01T12:34:56.789Z": sorts as text, and SQLite's date functions read it.
std::string now_utc();
std::int64_t now_unix_ms();

}  // namespace llmops
