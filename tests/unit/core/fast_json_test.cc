// The fast reader of JSON against the plain one: the same document, or nothing.
#include "core/fast_json.h"

#include <random>

#include "core/error.h"
#include "support/catch.h"

namespace llmops {
namespace {

// parse_json() asks the fast reader first; this one asks nlohmann's alone.
std::string plain(const std::string& text) {
  try {
    return dump_json(Json::parse(text));
  } catch (const nlohmann::json::exception&) {
    return "none";
  }
}

std::string fast(const std::string& text) {
  const auto document = parse_json_fast(text, 512);
  return document.has_value() ? dump_json(*document) : "none";
}

TEST_CASE("documents are those of the plain reader", "[core]") {
  for (const char* text :
       {"{}", "[]", "null", "true", "\"a\"", "-0", "-0.0", "1e5", "2.0", "5e-324", "18446744073709551615",
        "-9223372036854775808", "123456789012345678901234567890.5", "{\"a\": 1, \"b\": [1, {\"c\": null}], \"a\": 2}",
        "\"\\u0000\\ud83d\\ude00\\n\\\"\"", " [1 , 2 ] "}) {
    CAPTURE(text);
    CHECK(fast(text) == plain(text));
    CHECK(parse_json(text, "x") == Json::parse(text));
  }
}

TEST_CASE("what is broken or beyond it is left to the plain reader", "[core]") {
  for (const char* text : {"", " ", "{", "[1,]", "01", "nul", "{}x", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud83dx\"",
                           "1e400", "\"\xFF\"", "\"a\x01\"", "18446744073709551616", "\xEF\xBB\xBF{}"}) {
    CAPTURE(text);
    CHECK(fast(text) == "none");
  }
  CHECK(parse_json("18446744073709551616", "x").get<double>() == 18446744073709551616.0);
  CHECK(parse_json("\xEF\xBB\xBF{}", "x").is_object());
  CHECK_THROWS_AS(parse_json("1e400", "x"), InputError);
  CHECK(fast(std::string(512, '[') + std::string(512, ']')).size() == 1024);
  CHECK(fast(std::string(513, '[') + std::string(513, ']')) == "none");
  CHECK_THROWS_AS(parse_json(std::string(513, '[') + std::string(513, ']'), "x"), InputError);
  CHECK(fast("\"" + std::string(300 << 10, 'a') + "\"") == "none");
}

TEST_CASE("texts changed at random are read alike, or not at all", "[core]") {
  std::mt19937 random(4);
  const std::string seed =
      "{\"id\": 17, \"text\": \"a \\u00e9\\ud83d\\ude00 b\", \"n\": [-1.5e3, 0, 12345678901234567890, null], \"o\": "
      "{\"k\": true}}";
  std::size_t read = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string text = seed;
    for (std::size_t i = random() % 3; i-- > 0;) text[random() % text.size()] = static_cast<char>(random() % 128);
    if (random() % 4 == 0) text.resize(random() % text.size());
    const std::string found = fast(text);
    if (found == "none") continue;
    ++read;
    CAPTURE(text);
    REQUIRE(found == plain(text));
  }
  CHECK(read > 5000);
}

}  // namespace
}  // namespace llmops
