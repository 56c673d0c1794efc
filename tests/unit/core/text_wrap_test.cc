// Wrapping by columns, and text that cannot reach the terminal.
#include "core/text_wrap.h"

#include "core/editor.h"
#include "core/error.h"
#include "core/terminal.h"
#include "support/catch.h"

#include <cstdlib>
#include <random>

namespace llmops {

TEST_CASE("lines break at blanks, long words anywhere, wide characters whole", "[core]") {
  using Lines = std::vector<std::string>;
  CHECK(wrap_text("", 10) == Lines{""});
  CHECK(wrap_text("one two three", 7) == Lines{"one two", "three"});
  CHECK(wrap_text("one two three", 8) == Lines{"one two", "three"});
  CHECK(wrap_text("abcdefgh", 3) == Lines{"abc", "def", "gh"});
  CHECK(wrap_text("漢字漢字", 5) == Lines{"漢字", "漢字"});
  CHECK(wrap_text("a\n\nb", 5) == Lines{"a", "", "b"});
  CHECK(wrap_text("漢", 1) == Lines{"漢"});  // wider than the terminal: shown all the same
}

TEST_CASE("wrapped lines hold the whole text and no more than the width", "[core]") {
  std::mt19937 random(3);
  const std::vector<std::string> pieces = {"a", " ", "é", "漢", "word", "😀", "\n", "  ", "e\u0301"};
  for (int round = 0; round < 300; ++round) {
    std::string text;
    for (int i = 0; i < 60; ++i) text += pieces[random() % pieces.size()];
    const int width = 2 + static_cast<int>(random() % 20);
    std::string joined, bare;
    for (const std::string& line : wrap_text(text, width)) {
      CHECK(display_width(line) <= width);
      joined += line;
    }
    for (const std::string* side : {&text, &joined}) {
      std::string kept;
      for (const char c : *side) {
        if (c != ' ' && c != '\n') kept += c;
      }
      bare = side == &text ? kept : bare;
      CHECK(kept == bare);
    }
  }
}

TEST_CASE("control characters are shown and never sent", "[core]") {
  CHECK(visible_text("a\033[31mb\x07\x7f\r") == "a␛[31mb␇␡␍");
  CHECK(visible_text("a\r\nb\tc") == "a\nb    c");
  CHECK(visible_text("\xc2\x9b"
                     "31m") ==
        "\uFFFD"
        "31m");  // CSI as one C1 character
  CHECK(visible_text("\xff\xc3") == "\uFFFD\uFFFD");
  CHECK(visible_text("é漢😀") == "é漢😀");
}

TEST_CASE("a text comes back from the editor as it was saved", "[core]") {
  ::setenv("VISUAL", "sed -i 's/old/new/; $a more'", 1);
  CHECK(edit_text("old text", "a.md") == "new text\nmore");
  ::setenv("VISUAL", "true", 1);
  CHECK(edit_text("kept; $(touch x)\n", "a.md") == "kept; $(touch x)\n");
  CHECK(edit_text("", "a.md").empty());
  ::setenv("VISUAL", "exit 3;", 1);
  CHECK_THROWS_AS(edit_text("x", "a.md"), SystemError);
  ::setenv("VISUAL", "/no/such/editor", 1);
  CHECK_THROWS_AS(edit_text("x", "a.md"), NotFoundError);
  ::unsetenv("VISUAL");
}

}  // namespace llmops
