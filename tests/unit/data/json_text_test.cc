// JSON written by hand must be what the parser reads back.
#include "data/json_text.h"

#include <filesystem>
#include <limits>

#include "core/files.h"
#include "core/json.h"
#include "support/catch.h"
#include "support/sample_data.h"

namespace llmops::data {
namespace {

std::string as_json(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

template <typename Number>
std::string number(Number value) {
  std::string out;
  append_json_number(out, value);
  return out;
}

TEST_CASE("every byte that JSON escapes is escaped, wherever in a word it stands", "[data]") {
  for (int c = 0; c < 128; ++c) {
    for (std::size_t before = 0; before < 17; ++before) {
      for (const std::size_t behind : {0, 3, 9}) {
        const std::string text = std::string(before, 'x') + static_cast<char>(c) + std::string(behind, 'y');
        const Json read = parse_json(as_json(text), "string");
        if (read != text) FAIL("character " << c << " behind " << before);
      }
    }
  }
  CHECK(as_json("a\x01\"\\\n\t\r/\x7f") == "\"a\\u0001\\\"\\\\\\n\\t\\r/\x7f\"");
}

TEST_CASE("text of other languages, and bytes that are no text, stay as they are", "[data]") {
  CHECK(as_json("é 漢字 😀") == "\"é 漢字 😀\"");
  CHECK(as_json("\xFF\x80\xA2\xDC\"\xE2") == "\"\xFF\x80\xA2\xDC\\\"\xE2\"");
  CHECK(as_json("") == "\"\"");
  const fs::path nasty = test::sample_data() / "unicode/blns.json";
  if (!fs::exists(nasty)) {
    WARN("skipped: " << nasty << " is not there");
    return;
  }
  const std::string text = read_file(nasty);
  CHECK(parse_json(as_json(text), "nasty strings") == text);
}

TEST_CASE("numbers have the shortest digits that read back as the same", "[data]") {
  CHECK(number(0.1) == "0.1");
  CHECK(number(0.1F) == "0.1");
  CHECK(number(-0.0) == "-0.0");
  CHECK(number(2.0) == "2.0");
  CHECK(number(1e300) == "1e+300");
  CHECK(number(std::numeric_limits<double>::quiet_NaN()) == "null");
  CHECK(number(-std::numeric_limits<float>::infinity()) == "null");
  CHECK(number(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
  CHECK(number(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
}

}  // namespace
}  // namespace llmops::data
