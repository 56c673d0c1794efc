// Encodings: what is detected, what never is, and what a text becomes.
#include "data/read/encoding.h"

#include <unicode/ucnv.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "support/catch.h"
#include "support/pieces.h"
#include "text/utf8.h"

namespace llmops::data {
namespace {

const std::string kGerman =
    "Die Würde des Menschen ist unantastbar. Sie zu achten und zu schützen ist Verpflichtung aller staatlichen "
    "Gewalt.\n"
    "Das Deutsche Volk bekennt sich darum zu unverletzlichen und unveräußerlichen Menschenrechten als Grundlage jeder "
    "menschlichen Gemeinschaft, des Friedens und der Gerechtigkeit in der Welt.\nJeder hat das Recht auf die freie "
    "Entfaltung seiner Persönlichkeit, soweit er nicht die Rechte anderer verletzt.\n";
const std::string kRussian =
    "Все люди рождаются свободными и равными в своем достоинстве и правах.\nОни наделены разумом и совестью и должны "
    "поступать в отношении друг друга в духе братства.\nКаждый человек должен обладать всеми правами и свободами.\n";
const std::string kJapanese =
    "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。\n"
    "人間は、理性と良心とを授けられており、互いに同胞の精神をもって行動しなければならない。\n";
const std::string kChinese =
    "人人生而自由,在尊严和权利上一律平等。他们赋有理性和良心,并应以兄弟关系的精神相对待。\n"
    "人人有资格享有本宣言所载的一切权利和自由,不分种族、肤色、性别、语言、宗教、政治或其他见解。\n";
const std::string kKorean =
    "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다. 인간은 천부적으로 이성과 "
    "양심을 부여받았으며 서로 형제애의 정신으로 행동하여야 한다.\n";

// The bytes of a UTF-8 text in another encoding.
std::string in(const std::string& encoding, const std::string& text) {
  UErrorCode status = U_ZERO_ERROR;
  std::string out(text.size() * 4 + 16, '\0');
  out.resize(static_cast<std::size_t>(ucnv_convert(encoding.c_str(), "UTF-8", out.data(),
                                                   static_cast<std::int32_t>(out.size()), text.data(),
                                                   static_cast<std::int32_t>(text.size()), &status)));
  REQUIRE(U_SUCCESS(status));
  return out;
}

std::string detected(const std::string& bytes) { return detect_encoding(bytes, true).name; }

TEST_CASE("encodings are detected by their bytes", "[data]") {
  CHECK(detected("") == "UTF-8");
  CHECK(detected("plain ascii\n") == "UTF-8");
  for (const std::string& text : {kGerman, kRussian, kJapanese, kChinese, kKorean}) CHECK(detected(text) == "UTF-8");
  for (const std::string encoding : {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"}) {
    INFO(encoding);
    for (const std::string& text : {kGerman, kRussian, kJapanese, kChinese, kKorean}) {
      CHECK(detected(in(encoding, text)) == encoding);
      CHECK(detected(in(encoding, "\xEF\xBB\xBF" + text)) == encoding);
    }
    CHECK(detected(in(encoding, "plain ascii, and hardly more of it\n")) == encoding);
  }
  CHECK(detected(in("windows-1252", kGerman)) == "windows-1252");
  CHECK(detected(in("windows-1251", kRussian)) == "windows-1251");
  CHECK(detected(in("koi8-r", kRussian)) == "KOI8-R");
  CHECK(detected(in("shift_jis", kJapanese)) == "Shift_JIS");
  CHECK(detected(in("euc-jp", kJapanese)) == "EUC-JP");
  CHECK(detected(in("gb18030", kChinese)) == "GB18030");
  CHECK(detected(in("euc-kr", kKorean)) == "EUC-KR");
}

TEST_CASE("byte order marks decide, and are no text", "[data]") {
  for (const std::string encoding : {"UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"}) {
    INFO(encoding);
    for (const std::size_t piece : {1U, 3U, 100'000U}) {
      const auto source = as_utf8(pieces(in(encoding, "\xEF\xBB\xBF" + kJapanese), piece));
      CHECK(source->encoding().name == encoding);
      CHECK(drain(*source, piece).bytes == kJapanese);
      CHECK(source->replaced() == 0);
    }
  }
}

TEST_CASE("a UTF-8 file with broken lines stays UTF-8 and is not touched", "[data]") {
  std::mt19937 random(11);
  for (const std::string& text : {kGerman, kRussian, kJapanese, kChinese, std::string("only ascii in every line\n")}) {
    std::string whole;
    for (int i = 0; i < 100; ++i) whole += text;
    for (int trial = 0; trial < 20; ++trial) {
      std::string broken = whole;
      for (int i = 0; i < 3; ++i) broken[random() % broken.size()] = static_cast<char>(0x80 + random() % 0x80);
      CHECK(detected(broken) == "UTF-8");
      CHECK(drain(*as_utf8(pieces(broken, 999))).bytes == broken);
    }
  }
  std::string binary_line = "one\ntwo\n\xFF\xFE\xC0\n" + kGerman;
  CHECK(detected(binary_line) == "UTF-8");
  CHECK(detected(std::string("{\"a\": \"\0\"}\n{\"b\": 1}\n", 20)) == "UTF-8");
  CHECK(detected("caf\xE9\n") == "UTF-8");  // too little to tell: the line's own check reports it
}

TEST_CASE("a head that ends within a character is still UTF-8", "[data]") {
  const std::string text = kJapanese + kGerman;
  for (std::size_t size = 1; size < text.size(); ++size) {
    CHECK(detect_encoding(std::string_view(text).substr(0, size), false).name == "UTF-8");
  }
}

TEST_CASE("a text comes out of every encoding as it went in, in any pieces", "[data]") {
  const std::string astral = "𝔘nicode 🦜 € \xEF\xBF\xBD\n";
  for (const auto& [encoding, text] : {std::pair<std::string, std::string>{"windows-1252", kGerman},
                                       {"koi8-r", kRussian},
                                       {"shift_jis", kJapanese},
                                       {"euc-jp", kJapanese},
                                       {"iso-2022-jp", kJapanese},
                                       {"gb18030", kChinese + astral},
                                       {"big5", "中文"},
                                       {"utf-16le", kGerman + astral},
                                       {"utf-16be", astral},
                                       {"utf-32", astral},
                                       {"cp437", kGerman}}) {
    INFO(encoding);
    const std::optional<Encoding> known = find_encoding(encoding);
    REQUIRE(known);
    std::string many;
    for (int i = 0; i < 300; ++i) many += text;
    for (const std::size_t piece : {1U, 2U, 5U, 70'000U}) {
      const auto source = as_utf8(pieces(in(encoding, many), piece), *known);
      CHECK(drain(*source, piece).bytes == many);
      CHECK(source->replaced() == 0);
    }
  }
}

TEST_CASE("bytes that do not convert are replaced and counted", "[data]") {
  const auto source = as_utf8(pieces(in("shift_jis", "日本") + "\xFF" + in("shift_jis", "語") + "\x81", 1),
                              *find_encoding("shift_jis"));
  CHECK(drain(*source).bytes == "日本\xEF\xBF\xBD語\xEF\xBF\xBD");
  CHECK(source->replaced() == 2);
  std::uint64_t replaced = 0;
  CHECK(to_utf8(std::string("\xD8\x3D"
                            "a\0b\0",
                            6),
                *find_encoding("utf-16le"), replaced)
            .find('b') != std::string::npos);
  CHECK(to_utf8(std::string("\x3D\xD8"
                            "a\0",
                            4),
                *find_encoding("utf-16le"), replaced) ==
        "\xEF\xBF\xBD"
        "a");
  CHECK(replaced > 0);
}

TEST_CASE("encodings are known by the names people use", "[data]") {
  CHECK(find_encoding("utf8")->name == "UTF-8");
  CHECK(find_encoding("UTF-8")->is_utf8());
  CHECK(find_encoding("Shift_JIS")->name == find_encoding("sjis")->name);
  CHECK(find_encoding("cp1252")->name == "windows-1252");
  CHECK(find_encoding("latin1")->name == "ISO-8859-1");
  for (const char* unknown : {"", "utf-9", "no such", "utf-8,version=1", "../../x"})
    CHECK_FALSE(find_encoding(unknown));
}

TEST_CASE("random bytes are read as something, and come out as UTF-8 unless they are", "[data]") {
  std::mt19937 random(5);
  for (int trial = 0; trial < 300; ++trial) {
    std::string bytes(random() % 400, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    const auto source = as_utf8(pieces(bytes, 1 + random() % 50));
    const std::string text = drain(*source).bytes;
    if (source->encoding().is_utf8()) continue;
    CHECK(text::utf8_valid(text));
  }
}

}  // namespace
}  // namespace llmops::data
