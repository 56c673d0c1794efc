// Encodes by hand the few fields that are used of tensorboard/compat/proto/event.proto and summary.proto.
#include "train/event_encoding.h"

#include <bit>

#include "core/crc32c.h"

namespace llmops::train {
namespace {

// Field numbers of protobuf messages.
enum EventField { kWallTime = 1, kStep = 2, kFileVersion = 3, kSummary = 5, kSessionLog = 7 };
constexpr int kSummaryValue = 1;
enum ValueField { kTag = 1, kSimpleValue = 2 };
constexpr int kSessionStatus = 1;
constexpr std::uint64_t kSessionStart = 1;

enum WireType { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

void put_varint(std::string& message, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) message.push_back(static_cast<char>(value | 0x80));
  message.push_back(static_cast<char>(value));
}

void put_key(std::string& message, int field, WireType type) {
  put_varint(message, static_cast<std::uint64_t>(field) << 3 | type);
}

/// Little-endian.
template <typename Unsigned>
void put_fixed(std::string& bytes, Unsigned value) {
  for (std::size_t i = 0; i < sizeof value; ++i) bytes.push_back(static_cast<char>(value >> (8 * i)));
}

void put_bytes(std::string& message, int field, std::string_view bytes) {
  put_key(message, field, kBytes);
  put_varint(message, bytes.size());
  message += bytes;
}

/// The fields that all events have. Zero is protobuf's default and not written.
std::string begin_event(double wall_time, std::int64_t step) {
  std::string event;
  put_key(event, kWallTime, kFixed64);
  put_fixed(event, std::bit_cast<std::uint64_t>(wall_time));
  if (step == 0) return event;
  put_key(event, kStep, kVarint);
  put_varint(event, static_cast<std::uint64_t>(step));
  return event;
}

/// TFRecord's: checksums of data that itself holds checksums would be weak.
std::uint32_t masked_crc(std::string_view bytes) {
  const std::uint32_t crc = crc32c(bytes);
  return (crc >> 15 | crc << 17) + 0xa282ead8;
}

}  // namespace

std::string file_version_event(double wall_time) {
  std::string event = begin_event(wall_time, 0);
  put_bytes(event, kFileVersion, "brain.Event:2");
  return event;
}

std::string session_start_event(double wall_time, std::int64_t step) {
  std::string log;
  put_key(log, kSessionStatus, kVarint);
  put_varint(log, kSessionStart);
  std::string event = begin_event(wall_time, step);
  put_bytes(event, kSessionLog, log);
  return event;
}

std::string scalars_event(double wall_time, std::int64_t step,
                          const std::vector<std::pair<std::string, double>>& scalars) {
  std::string summary;
  for (const auto& [tag, value] : scalars) {
    std::string entry;
    put_bytes(entry, kTag, tag);
    put_key(entry, kSimpleValue, kFixed32);
    put_fixed(entry, std::bit_cast<std::uint32_t>(static_cast<float>(value)));
    put_bytes(summary, kSummaryValue, entry);
  }
  std::string event = begin_event(wall_time, step);
  put_bytes(event, kSummary, summary);
  return event;
}

std::string framed_event(std::string_view event) {
  std::string record;
  put_fixed(record, static_cast<std::uint64_t>(event.size()));
  put_fixed(record, masked_crc(record));
  record += event;
  put_fixed(record, masked_crc(event));
  return record;
}

}  // namespace llmops::train
