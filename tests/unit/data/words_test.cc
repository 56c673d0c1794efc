// Words as spaCy splits them, their classes, and lines.
#include "data/rules/words.h"

#include <filesystem>
#include <set>

#include "core/files.h"
#include "core/json.h"
#include "data/rules/lines.h"
#include "data/rules/sentences.h"
#include "data/rules/urls.h"
#include "support/catch.h"
#include "text/utf8.h"

namespace llmops::data {
namespace {

const fs::path kGolden = fs::path(LLMOPS_SOURCE_DIR) / "tests/golden/quality/quality.json";

std::vector<std::string> texts_of(std::string_view text) {
  std::vector<std::string> out;
  for (const Word& word : split_words(text)) {
    std::size_t end = word.begin;
    for (std::uint32_t i = 0; i < word.chars; ++i) end += class_step(text, end).length;
    out.emplace_back(text.substr(word.begin, end - word.begin));
  }
  return out;
}

TEST_CASE("words and sentences are spaCy's", "[data]") {
  const Json golden = read_json_file(kGolden);
  for (const Json& row : golden["words"]) {
    CAPTURE(row[0]);
    CHECK(texts_of(row[0].get_ref<const std::string&>()) == row[1]);
  }
  ChunkSplitter chunks;
  for (const Json& row : golden["sentences"]) {
    CAPTURE(row[0]);
    CHECK(count_sentences(row[0].get_ref<const std::string&>(), chunks) == row[1]);
  }
}

TEST_CASE("symbols and sentence ends are datatrove's sets", "[data]") {
  const Json golden = read_json_file(kGolden);
  const auto set_of = [&](const char* key) {
    std::set<char32_t> set;
    const std::string text = golden[key];
    for (std::size_t at = 0; at < text.size();) {
      const text::Utf8Step step = text::utf8_step(text, at);
      set.insert(step.code_point);
      at += step.length;
    }
    return set;
  };
  const std::set<char32_t> symbols = set_of("symbols"), terminal = set_of("terminal");
  std::size_t newer = 0;  // sentence ends of later versions of Unicode
  for (char32_t c = 0; c < 0x110000; ++c) {
    const std::uint16_t bits = character_class(c);
    const bool end = (bits & kTerminal) != 0, symbol = (bits & kSymbol) != 0;
    if (terminal.contains(c) ? !end : end && c < 0x80) FAIL_CHECK("end U+" << std::hex << static_cast<unsigned>(c));
    if (symbols.contains(c) ? !symbol : symbol && !end) FAIL_CHECK("symbol U+" << std::hex << static_cast<unsigned>(c));
    if (c < 0x80 && bits != kAsciiClasses[c]) FAIL_CHECK("ASCII " << std::hex << static_cast<unsigned>(c));
    newer += end && !terminal.contains(c);
  }
  CHECK(newer < 32);
}

TEST_CASE("pieces of a chunk are the chunk, and splitting texts apart changes no word", "[data]") {
  const std::string alphabet[] = {"a", "B", "3", ".", ",", "-", "'",    "\"", "(", "…",
                                  "é", "’", "$", "/", ":", "—", "\xFF", "s",  "t", "n"};
  std::uint64_t state = 1;
  ChunkSplitter chunks;
  for (int round = 0; round < 20000; ++round) {
    std::string chunk;
    for (int i = 0; i < 1 + round % 12; ++i) {
      state = state * 6364136223846793005ULL + 1442695040888963407ULL;
      chunk += alphabet[(state >> 33) % std::size(alphabet)];
    }
    std::string joined;
    for (const std::string_view piece : chunks.split(chunk)) {
      REQUIRE_FALSE(piece.empty());
      joined += piece;
    }
    REQUIRE(joined == chunk);
    auto twice = texts_of(chunk);
    const auto once = twice;
    twice.insert(twice.end(), once.begin(), once.end());
    REQUIRE(texts_of(chunk + " \n\u3000" + chunk) == twice);
  }
}

TEST_CASE("hashes tell short words apart", "[data]") {
  std::set<std::string> words;
  const std::string letters = "0123abz.'\xC3";
  for (const char a : letters) {
    for (const char b : letters) {
      for (const char c : letters) {
        const std::string one(1, a), two = {a, b}, three = {a, b, c};
        words.insert({one, two, three, one + three, two + three, std::string(7, a) + two, std::string(8, a) + three,
                      std::string(20, a) + two});
      }
    }
  }
  std::set<std::uint64_t> hashes;
  for (const std::string& word : words) hashes.insert(word_hash(word));
  CHECK(hashes.size() == words.size());
  for (int size = 0; size < 40; ++size) {
    for (int other = 0; other < size; ++other) {
      CHECK(word_hash(std::string(static_cast<std::size_t>(size), '1')) !=
            word_hash(std::string(static_cast<std::size_t>(other), '1')));
    }
  }
  CHECK(word_hash("12") != word_hash("2"));
}

TEST_CASE("lines end where Python ends them", "[data]") {
  using Lines = std::vector<std::string_view>;
  CHECK(python_lines("").empty());
  CHECK(python_lines("\n") == Lines{""});
  CHECK(python_lines("a\nb\n") == Lines{"a", "b"});
  CHECK(python_lines("a\r\nb\rc\n\nd") == Lines{"a", "b", "c", "", "d"});
  CHECK(python_lines("a\vb\fc\x1C"
                     "d\x1D"
                     "e\x1E"
                     "f\x1Fg") == Lines{"a", "b", "c", "d", "e", "f\x1Fg"});
  CHECK(python_lines("a\u0085b\u2028c\u2029d\u2027é") == Lines{"a", "b", "c", "d\u2027é"});
  CHECK(python_lines("a\v\nb\r") == Lines{"a", "", "b"});
  CHECK(python_lines("a\r\n") == Lines{"a"});
  CHECK(split_lines("a\r\n\nb\n") == Lines{"a\r", "", "b", ""});
}

TEST_CASE("strip and counts follow Python on any bytes", "[data]") {
  CHECK(strip(" \u3000\t a b\u00A0\x1F\n") == "a b");
  CHECK(strip("\u2003\u2003").empty());
  CHECK(strip("\xA0x\xA0") == "\xA0x\xA0");
  CHECK(count_chars("aé日😀 and more of it") == 19);
  CHECK((last_class("end。") & kTerminal) != 0);
  CHECK((last_class("end\x82") & kTerminal) == 0);
}

TEST_CASE("addresses are told from words", "[data]") {
  for (const char* url : {"http://a.bc", "www.example.com", "example.org/path?x=1#y", "x@y.co.uk",
                          "ftp://user:pw@host.net:8080/", "192.168.0.1", "https://bücher.de"}) {
    CAPTURE(url);
    CHECK(looks_like_url(url));
  }
  for (const char* word : {"end.Next", "e.g", "a.b", "3.14", "...", "http://", "a..bc", ".bc", "://a.bc", "U.S"}) {
    CAPTURE(word);
    CHECK_FALSE(looks_like_url(word));
  }
  CHECK(count_urls("see http://www.a.b, HTTPS://c.d and www.e.f but notwww.g.h") == 3);
}

}  // namespace
}  // namespace llmops::data
