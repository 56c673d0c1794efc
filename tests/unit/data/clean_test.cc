// HTML, characters and white space.
#include "data/clean/clean.h"

#include "data/read/html.h"
#include "support/catch.h"

namespace llmops::data {
namespace {

TEST_CASE("html is stripped to what a reader sees", "[data]") {
  struct Case {
    const char* html;
    const char* text;
  };
  const Case cases[] = {
      {"<p>one</p><p>two</p>", "\none\n\ntwo\n"},
      {"a<br/>b<BR>c", "a\nb\nc"},
      {"x <b class=\"a>b\">bold</b> y", "x bold y"},
      {"<style>p { color: red }</style>seen<script>if (a < b) x();</script>", "seen"},
      {"a<!-- hidden <b> -->b", "ab"},
      {"<!DOCTYPE html>text", "text"},
      {"if a<b and c>d then vector<int> v;", "if a<b and c>d then vector<int> v;"},
      {"an open <a href=", "an open <a href="},
      {"5 < 6 <!-- never closed", "5 < 6 <!-- never closed"},
      {"<p", "<p"},
      {"&lt;tag&gt; &amp;amp; &#39;q&#39; &#x41;&nbsp;&unknown; & AT&T;", "<tag> &amp; 'q' A\u00A0&unknown; & AT&T;"},
      {"&#0; &#xD800; &#99999999; &#9999999999999;", "\uFFFD \uFFFD \uFFFD &#9999999999999;"},
      {"&eacute;&euro;&hellip;&Uuml;", "é€…Ü"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.html);
    CHECK(strip_html(each.html) == each.text);
  }
}

TEST_CASE("controls, zero-width marks and direction overrides go, joiners and emoji stay", "[data]") {
  CHECK(remove_controls(std::string("a\0b\x07"
                                    "c\x1B[0m\x7F",
                                    10)) == "abc[0m");
  CHECK(remove_controls("a\u200Bb\uFEFFc\u00ADd\u202Ee\uFFFE") == "abcde");
  CHECK(remove_controls("a\r\nb\rc\td") == "a\nb\nc\td");
  CHECK(remove_controls("👩\u200D🔬 ك\u200Cك") == "👩\u200D🔬 ك\u200Cك");
}

TEST_CASE("white space is tidied or collapsed", "[data]") {
  const std::string text = "\n\n  a  b \t\n\n\n\n   c\u00A0d\u2003e  \n";
  CHECK(tidy_whitespace(text, false) == "a  b\n\n   c d e");
  CHECK(tidy_whitespace(text, true) == "a b\n\nc d e");
  CHECK(tidy_whitespace(" \t\n \u00A0", true).empty());
  CHECK(tidy_whitespace(" \t\n \u00A0", false).empty());
}

TEST_CASE("text is brought to normal form C", "[data]") {
  CHECK(to_nfc("cafe\u0301") == "café");
  CHECK(to_nfc("plain") == "plain");
  CHECK(to_nfc("\u1100\u1161") == "가");
}

TEST_CASE("cleaning is idempotent", "[data]") {
  CleanSpec spec;
  spec.collapse = true;
  for (const char* text : {"<p>a&nbsp;b</p>\r\n c", "x\u0301\u200B  y", "1 < 2"}) {
    const std::string once = clean_text(text, spec);
    CHECK(clean_text(once, spec) == once);
  }
}

TEST_CASE("length rules count words and code points of the prompt", "[data]") {
  CleanSpec spec;
  spec.min_words = 2;
  spec.max_chars = 8;
  Record record;
  record.text = "äöü äöü";
  CHECK(broken_length_rule(record, spec).empty());
  record.text = "one";
  CHECK(broken_length_rule(record, spec) == "too_short");
  record.text = "one two three";
  CHECK(broken_length_rule(record, spec) == "too_long");
  record.messages = {{"system", "a very long instruction"}, {"user", "a b"}, {"assistant", "a very long answer"}};
  CHECK(broken_length_rule(record, spec).empty());
}

}  // namespace
}  // namespace llmops::data
