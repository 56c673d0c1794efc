// Event files: the bytes of the tensorboard package, and what a reader finds after kills and resumed runs.
#include "train/event_file.h"

#include <sys/wait.h>
#include <unistd.h>

#include <bit>
#include <cmath>
#include <csignal>
#include <map>
#include <optional>

#include "core/crc32c.h"
#include "core/error.h"
#include "core/files.h"
#include "support/catch.h"
#include "support/temporary_directory.h"
#include "train/event_encoding.h"

using namespace llmops;

namespace {

/// Reads protobuf messages: field number to content, of which a number is one.
struct Field {
  std::uint64_t number = 0;
  std::string_view bytes;
};
using Message = std::multimap<int, Field>;

template <typename Unsigned>
Unsigned fixed(std::string_view bytes) {
  Unsigned value = 0;
  for (std::size_t i = 0; i < sizeof value; ++i)
    value |= static_cast<Unsigned>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  return value;
}

std::uint64_t take_varint(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (int shift = 0;; shift += 7) {
    REQUIRE_FALSE(bytes.empty());
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    value |= std::uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return value;
  }
}

Message parse(std::string_view bytes) {
  Message message;
  while (!bytes.empty()) {
    const std::uint64_t key = take_varint(bytes);
    Field field;
    std::size_t size = 0;
    switch (key & 7) {
      case 0: field.number = take_varint(bytes); break;
      case 1: field.number = fixed<std::uint64_t>(bytes), size = 8; break;
      case 2: size = take_varint(bytes), field.bytes = bytes.substr(0, size); break;
      case 5: field.number = fixed<std::uint32_t>(bytes), size = 4; break;
      default: FAIL("wire type " << (key & 7));
    }
    REQUIRE(size <= bytes.size());
    bytes.remove_prefix(size);
    message.emplace(static_cast<int>(key >> 3), field);
  }
  return message;
}

std::uint32_t unmasked(std::uint32_t masked) {
  const std::uint32_t rotated = masked - 0xa282ead8;
  return rotated >> 17 | rotated << 15;
}

/// The events of a file up to its end, or up to a record that was cut. Checksums must fit.
std::vector<std::string> events_of(std::string_view bytes) {
  std::vector<std::string> events;
  while (bytes.size() >= 16) {
    const auto size = fixed<std::uint64_t>(bytes);
    CHECK(unmasked(fixed<std::uint32_t>(bytes.substr(8))) == crc32c(bytes.substr(0, 8)));
    if (bytes.size() < 16 + size) break;
    const std::string_view event = bytes.substr(12, size);
    CHECK(unmasked(fixed<std::uint32_t>(bytes.substr(12 + size))) == crc32c(event));
    events.emplace_back(event);
    bytes.remove_prefix(16 + size);
  }
  return events;
}

using Curve = std::vector<std::pair<std::int64_t, float>>;

/// As TensorBoard reads a folder: files by name, and a session that starts at a step drops that step and later ones.
std::map<std::string, Curve> read_folder(const fs::path& folder) {
  std::map<std::string, Curve> curves;
  for (const fs::path& file : list_files(folder)) {
    const std::string bytes = read_file(file);
    for (const std::string& event : events_of(bytes)) {
      const Message message = parse(event);
      const auto step = message.contains(2) ? static_cast<std::int64_t>(message.find(2)->second.number) : 0;
      if (message.contains(7)) {
        CHECK(parse(message.find(7)->second.bytes).find(1)->second.number == 1);
        for (auto& [tag, curve] : curves) std::erase_if(curve, [&](const auto& point) { return point.first >= step; });
      }
      if (!message.contains(5)) continue;
      const Message summary = parse(message.find(5)->second.bytes);
      for (const auto& [field, value] : summary) {
        const Message entry = parse(value.bytes);
        const auto number = static_cast<std::uint32_t>(entry.find(2)->second.number);
        curves[std::string(entry.find(1)->second.bytes)].emplace_back(step, std::bit_cast<float>(number));
      }
    }
  }
  return curves;
}

}  // namespace

TEST_CASE("CRC-32C of known texts", "[core]") {
  CHECK(crc32c("") == 0);
  CHECK(crc32c("123456789") == 0xe3069283);
  CHECK(crc32c(std::string(32, '\0')) == 0x8a9136aa);  // RFC 3720, appendix B.4
  CHECK(crc32c(std::string(32, '\xff')) == 0x62a8ab43);
}

TEST_CASE("event files have the bytes that the tensorboard package writes", "[train]") {
  using train::framed_event;
  constexpr double kStart = 1772366400.5, kLater = 1772366401.25;
  std::string bytes = framed_event(train::file_version_event(kStart));
  bytes += framed_event(train::session_start_event(kStart, 7));
  bytes += framed_event(train::scalars_event(
      kLater, 7, {{"train/loss", 2.5}, {"train/learning_rate", 2e-4}, {"eval/rewards/accuracies", 0}}));
  bytes += framed_event(train::scalars_event(kLater, 300, {{"train/loss", INFINITY}, {"train/grad_norm", -1e-30}}));
  bytes +=
      framed_event(train::scalars_event(kLater, std::int64_t{1} << 40, {{"größe/" + std::string(200, 'x'), 1.0 / 3}}));
  CHECK(bytes == read_file(fs::path(LLMOPS_SOURCE_DIR) / "tests/golden/tensorboard/events.bin"));
}

TEST_CASE("a run that is killed and resumed shows every step once", "[train]") {
  const test::TemporaryDirectory scratch;
  const fs::path folder = scratch.path() / "deep" / "runs";
  const pid_t child = ::fork();
  if (child == 0) {
    train::EventFile file(folder, 1);
    for (int step = 1; step <= 5; ++step) file.write(step, {{"train/loss", step}, {"eval/loss", 10 * step}});
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  REQUIRE(WIFSIGNALED(status));
  const fs::path first = list_files(folder).at(0);
  CHECK(first.filename().string().starts_with("events.out.tfevents."));
  CHECK(read_folder(folder)["train/loss"] == Curve{{1, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 5}});
  fs::resize_file(first, fs::file_size(first) - 9);  // as if the last write had been cut
  {
    train::EventFile resumed(folder, 4);  // within the same second: its name must still sort after the first
    for (int step = 4; step <= 6; ++step) resumed.write(step, {{"train/loss", step + 100}});
  }
  auto curves = read_folder(folder);
  CHECK(curves["train/loss"] == Curve{{1, 1}, {2, 2}, {3, 3}, {4, 104}, {5, 105}, {6, 106}});
  CHECK(curves["eval/loss"] == Curve{{1, 10}, {2, 20}, {3, 30}});
  train::EventFile afresh(folder, 1);
  afresh.write(1, {{"train/loss", 7}});
  CHECK(read_folder(folder)["train/loss"] == Curve{{1, 7}});
  CHECK(list_files(folder).size() == 3);
}

TEST_CASE("a folder that cannot be made or written is told", "[train]") {
  const test::TemporaryDirectory scratch;
  write_file_atomic(scratch.path() / "file", "");
  CHECK_THROWS_AS(train::EventFile(scratch.path() / "file" / "runs", 1), SystemError);
}
