// The main text of pages: what is kept, what is not, and pages made to break a parser.
#include "data/read/main_text.h"

#include <chrono>
#include <random>

#include "support/catch.h"

namespace llmops::data {
namespace {

const std::string kFirst =
    "The old lighthouse on the northern cape has been closed since the storm of last winter took the road away.";
const std::string kSecond =
    "It will be opened again in the spring, the council said, when the new bridge across the bay has been finished.";

std::string page(const std::string& body) {
  return "<!DOCTYPE html><html lang=en><head><title>Cape</title></head><body>" + body + "</body></html>";
}

std::string text_of(const std::string& body) { return main_text(page(body)).text; }

TEST_CASE("what surrounds the text is left out", "[data]") {
  CHECK(
      text_of("<header class=site-header><a href=/>Home</a> <a href=/n>News</a></header><nav><ul><li><a href=/a>A</a>"
              "<li><a href=/b>B</a></ul></nav><div class=content><h1>The lighthouse</h1><p>" +
              kFirst + "</p><div class='share-bar'><p>Share this article with all of your friends.</p></div><p>" +
              kSecond + "</p></div><aside><p>" + kFirst +
              " And more of it.</p></aside><div id=cookie-notice><p>We use cookies to make the site better for all of "
              "you, and you may refuse them.</p></div><footer><p>Copyright by the paper, and all rights are "
              "reserved.</p></footer>") == "The lighthouse\n" + kFirst + "\n" + kSecond);
}

TEST_CASE("an article is preferred to what stands beside it", "[data]") {
  CHECK(text_of("<div><p>" + kSecond + " This is a teaser of another page.</p></div><article><p>" + kFirst + "</p><p>" +
                kSecond + "</p></article>") == kFirst + "\n" + kSecond);
  CHECK(text_of(
            "<main><article><div class=entry-content><p>" + kFirst + "</p><p>" + kSecond +
            "</p></div><p>Posted in the news of the day, and in all that is of the north of the country.</p></article>"
            "</main>") == kFirst + "\n" + kSecond);
}

TEST_CASE("headings, lists, code and tables keep their lines", "[data]") {
  CHECK(
      text_of("<main><h2>What to bring</h2><p>" + kFirst +
              "</p><ul><li>boots</li><li><p>a lamp</p></li><li>some <b>bread</b></li></ul><pre>if (a < b)\n    return;"
              "</pre><h2>Hours</h2><table><tr><th>Day</th><th>Open</th></tr><tr><td>Monday</td><td><p>9 to 5</p></td>"
              "</tr></table><p>" +
              kSecond + "<br>The second line.<br><br>Another paragraph of it.</p><h3>Nothing here</h3></main>") ==
      "What to bring\n" + kFirst +
          "\n- boots\n- a lamp\n- some bread\nif (a < b)\n    return;\nHours\nDay | Open\nMonday | 9 to 5\n" + kSecond +
          "\nThe second line.\nAnother paragraph of it.");
}

TEST_CASE("lists of links go, links within sentences stay", "[data]") {
  CHECK(text_of(
            "<div><p>The old <a href=/l>lighthouse</a> on the northern cape has been closed since the storm took the "
            "<a href=/r>road</a> away.</p><ul><li><a href=/1>Ten more lighthouses</a></li><li><a href=/2>The storm in "
            "pictures</a></li></ul><p>" +
            kSecond + "</p></div>") ==
        "The old lighthouse on the northern cape has been closed since the storm took the road away.\n" + kSecond);
}

TEST_CASE("a page that lays itself out by tables is read through them", "[data]") {
  CHECK(text_of("<table><tr><td><a href=/a>Home</a><br><a href=/b>News</a></td><td><table><tr><td><p>" + kFirst +
                "</p><p>" + kSecond + "</p></td></tr></table></td></tr></table>") == kFirst + "\n" + kSecond);
}

TEST_CASE("a tiny page is all of its visible text", "[data]") {
  CHECK(text_of("<p>Hello, world</p>") == "Hello, world");
  CHECK(text_of("<script>var a = '<p>no</p>';</script><style>p{}</style><p hidden>no</p><p style='display: none'>no</p>"
                "<div>yes</div><select><option>no</select>") == "yes");
  CHECK(text_of("<nav><a href=/>Only links</a></nav>") == "Only links");
  CHECK(text_of("").empty());
  CHECK(main_text("").text.empty());
  CHECK(main_text("no markup at all").text == "no markup at all");
}

TEST_CASE("text in other scripts is found", "[data]") {
  const std::string chinese = "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。";
  const std::string russian =
      "Все люди рождаются свободными и равными в своем достоинстве и правах, и это не новость для них.";
  for (const std::string& text : {chinese, russian}) {
    CHECK(text_of("<div class=menu><a href=/>首页</a></div><div><p>" + text + "</p><p>" + text +
                  "</p></div><div class=footer><p>" + text + "</p></div>") == text + "\n" + text);
  }
}

TEST_CASE("a name that is on most of the page means something else", "[data]") {
  CHECK(text_of("<div class='page has-sidebar share'><p>" + kFirst + "</p><p>" + kSecond + "</p></div>") ==
        kFirst + "\n" + kSecond);
}

TEST_CASE("title, language and address come from the head", "[data]") {
  const auto read = [](const std::string& head, const std::string& body = "") {
    return main_text("<html lang='pt_BR'><head>" + head + "</head><body>" + body + "</body></html>");
  };
  CHECK(read("<title> A  page\n</title>").title == "A page");
  CHECK(read("<title>A page &amp; more | Site</title>", "<h1>A page <i>&amp; more</i></h1>").title == "A page & more");
  CHECK(read("<title>x</title><meta property='og:title' content='Shared'>").title == "Shared");
  CHECK(read("", "<svg><title>icon</title></svg><h1>Only heading</h1>").title == "Only heading");
  CHECK(read("").language == "pt-BR");
  CHECK(main_text("<meta property=og:locale content=de_DE>").language == "de-DE");
  CHECK(main_text("<html lang='<b>'>").language.empty());
  CHECK(read("<link rel=canonical href='https://a.org/x'><meta property=og:url content='https://b.org'>").url ==
        "https://a.org/x");
  CHECK(read("<link rel=canonical href='/x'><meta property=og:url content='https://b.org'>").url == "https://b.org");
}

TEST_CASE("no nesting is too deep and no markup too broken", "[data]") {
  const auto many = [](const std::string& tag, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += tag;
    return out;
  };
  for (const std::string& tag :
       {std::string("<div>"), std::string("<b>"), std::string("<a href=x>"), std::string("<table><tr><td>"),
        std::string("<p><font color=x>"), std::string("<ul><li>"), std::string("<div></span>"), std::string("<svg>"),
        std::string("<!--"), std::string("<"), std::string("<button><p>"), std::string("<template>"),
        std::string("<select><option>"), std::string("<p><b><i></p></b>")}) {
    INFO(tag);
    const auto start = std::chrono::steady_clock::now();
    const std::string text = main_text(many(tag, 100'000) + "deep inside" + many("</div>", 1000)).text;
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    CHECK(seconds.count() < 5);
    if (tag == "<div>") CHECK(text.find("deep inside") != std::string::npos);
  }
  // Formatting that is opened again in every paragraph makes trees far larger than their pages.
  std::string formatting;
  for (int i = 0; i < 400; ++i) formatting += "<font id=" + std::to_string(i) + ">";
  CHECK(main_text(formatting + many("<p>x", 50'000)).text.find('x') != std::string::npos);
}

TEST_CASE("random markup is read", "[data]") {
  std::mt19937 random(2);
  const std::string parts[] = {"<div>",    "</div>",     "<p>",
                               "<table>",  "<td>",       "<tr>",
                               "</table>", "<a href=x>", "</a>",
                               "<b>",      "</b>",       "text ",
                               "<pre>\n",  "</pre>",     "<li>",
                               "<ul>",     "<!--",       "-->",
                               "<br>",     "&amp;",      "&#0;",
                               "<svg>",    "<math>",     "<template>",
                               "</p>",     "\xFF",       std::string(1, '\0'),
                               "<title>",  "<frameset>", "<select>",
                               "<script>", "</script>"};
  for (int trial = 0; trial < 3000; ++trial) {
    std::string html;
    for (std::size_t i = random() % 60; i-- > 0;) html += parts[random() % std::size(parts)];
    main_text(html);
  }
}

}  // namespace
}  // namespace llmops::data
