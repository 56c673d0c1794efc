// Trees of pages: ends that are left out, ends in the wrong order, and what is no markup.
#include "data/read/html_tree.h"

#include <random>

#include "support/catch.h"

namespace llmops::data {
namespace {

// "1(a 2(b))": elements by their attribute x, texts as they are.
std::string shape(std::string_view html) {
  const HtmlTree tree(html);
  std::string out;
  walk_tree(
      tree, tree.nodes().front(),
      [&](const HtmlNode& node) {
        if (!out.empty() && out.back() != '(') out += ' ';
        if (node.tag == Tag::kText) {
          out += node.text;
          return false;
        }
        out += tree.attribute(node, "x");
        out += '(';
        return true;
      },
      [&](const HtmlNode&) { out += ')'; });
  return out.substr(1, out.size() - 2);
}

TEST_CASE("elements end where the next one begins", "[data]") {
  CHECK(shape("<ul x=u><li x=1>a<li x=2>b<ul x=v><li x=3>c</ul>d<li x=4>e</ul>f") == "u(1(a) 2(b v(3(c)) d) 4(e)) f");
  CHECK(shape("<p x=1>a<b x=b>b<p x=2>c<div x=d>d</div>e") == "1(a b(b)) 2(c) d(d) e");
  CHECK(shape("<dl x=l><dt x=1>a<dd x=2>b<dt x=3>c</dl>") == "l(1(a) 2(b) 3(c))");
  CHECK(shape("<table x=t><tr x=1><td x=a>1<td x=b>2<tr x=2><td x=c>3</table>4") == "t(1(a(1) b(2)) 2(c(3))) 4");
  CHECK(shape("<table x=t><tr x=1><td x=a><table x=u><tr x=2><td x=b>1</table>2<td x=c>3</table>") ==
        "t(1(a(u(2(b(1))) 2) c(3)))");
  CHECK(shape("<h2 x=1>a<h3 x=2>b") == "1(a) 2(b)");
  CHECK(shape("<a x=1 href=x>a<a x=2 href=y>b") == "1(a) 2(b)");
  CHECK(shape("<div x=1><p x=2>a</div>b") == "1(2(a)) b");
}

TEST_CASE("ends in the wrong order close no more than they must", "[data]") {
  CHECK(shape("<div x=1><b x=2>a</div>b</b>c") == "1(2(a)) b c");
  CHECK(shape("<b x=1><div x=2>a</b>b</div>c") == "1(2(a b) c)");
  CHECK(shape("<div x=1>a</span></p></section>b</div>") == "1(a b)");
  CHECK(shape("<div x=1><table x=t><tr x=r><td x=d></div>a</table>b</div>c") == "1(t(r(d(a))) b) c");
  CHECK(shape("<a x=1><div x=2>a</a>b") == "1(2(a)) b");
}

TEST_CASE("a head, a list of options or a drawing that never ends hides no page", "[data]") {
  const auto head_of = [](std::string_view html) {
    const HtmlTree tree(html);
    for (const HtmlNode& node : tree.nodes()) {
      if (node.tag == Tag::kHead || node.tag == Tag::kSelect || node.tag == Tag::kSvg) {
        return node.end - static_cast<std::size_t>(&node - tree.nodes().data()) - 1;
      }
    }
    return std::size_t{999};
  };
  CHECK(head_of("<head><title>a</title><meta><p>b") == 3);
  CHECK(head_of("<head><title>a</title>text") == 2);
  CHECK(head_of("<head><link><noscript><img>a<body>b") == 4);
  CHECK(head_of("<select><option>a<option>b<p>c") == 4);
  CHECK(head_of("<svg><path/><g>a<div>b") == 3);
}

TEST_CASE("attributes are read with any quotes and none", "[data]") {
  const HtmlTree tree("<div CLASS = 'a b' id=\"x>y\" data-z=1/ hidden =c href=/p/q/ title='unclosed>text");
  const HtmlNode& node = tree.nodes()[1];
  CHECK(tree.attribute(node, "class") == "a b");
  CHECK(tree.attribute(node, "id") == "x>y");
  CHECK(tree.attribute(node, "data-z") == "1/");
  CHECK(tree.has_attribute(node, "HIDDEN"));
  CHECK(tree.attribute(node, "href") == "/p/q/");
  CHECK_FALSE(tree.has_attribute(node, "none"));
  CHECK(tree.nodes()[2].text == "text");
}

TEST_CASE("what is no markup is text, and comments are nothing", "[data]") {
  CHECK(shape("a < b <3 and x<y") == "a < b <3 and x");  // the page ends within a tag
  CHECK(shape("a<!-- <p x=1> -->b<!-->c<!doctype html>d<?php e ?>f</>g<![CDATA[h]]>i") == "a b c d f g i");
  CHECK(shape("a<!-- never closed <p x=1>") == "a");
  CHECK(shape("<script x=s>if (a<b) '</p>'</scripty></SCRIPT >a") == "s(if (a<b) '</p>'</scripty>) a");
  CHECK(shape("<title x=t>a <b> c</title>d") == "t(a <b> c) d");
  CHECK(shape("<textarea x=t><p>") == "t(<p>)");
  CHECK(shape("<plaintext x=p></plaintext><p>a") == "p(</plaintext><p>a)");
  CHECK(shape("<br x=1>a<img x=2>b</br>c<custom x=3 />d") == "1() a 2() b () c 3() d");
}

TEST_CASE("elements below a depth become siblings, and their ends close nothing else", "[data]") {
  std::string html = "<p x=0>";
  for (int i = 0; i < 1000; ++i) html += "<b x=b>";
  html += "deep";
  for (int i = 0; i < 1000; ++i) html += "</b>";
  html += "</p>after";
  const HtmlTree tree(html);  // its nodes point into the page
  CHECK(tree.nodes()[1].tag == Tag::kP);
  CHECK(tree.nodes().back().text == "after");
  CHECK(tree.nodes()[1].end == tree.nodes().size() - 1);
}

TEST_CASE("every node lies within the one around it", "[data]") {
  std::mt19937 random(8);
  const char* names[] = {"a",  "p",   "b",        "div",    "table", "tr",      "td",     "ul",
                         "li", "svg", "select",   "head",   "body",  "html",    "title",  "br",
                         "h1", "dd",  "template", "button", "xmp",   "caption", "option", "x"};
  for (int trial = 0; trial < 3000; ++trial) {
    std::string html;
    for (std::size_t i = random() % 50; i-- > 0;) {
      html += std::string(random() % 3 == 0 ? "</" : "<") + names[random() % std::size(names)] + ">";
      if (random() % 4 == 0) html += "t";
    }
    const HtmlTree tree(html);
    std::size_t entered = 0, left = 0;
    std::vector<std::size_t> ends = {tree.nodes().size()};
    for (std::size_t i = 0; i < tree.nodes().size(); ++i) {
      while (ends.back() <= i) ends.pop_back();
      REQUIRE(tree.nodes()[i].end > i);
      REQUIRE(tree.nodes()[i].end <= ends.back());
      ends.push_back(tree.nodes()[i].end);
    }
    walk_tree(
        tree, tree.nodes().front(), [&](const HtmlNode& node) { return node.tag != Tag::kText && ++entered > 0; },
        [&](const HtmlNode&) { ++left; });
    CHECK(entered == left);
  }
}

}  // namespace
}  // namespace llmops::data
