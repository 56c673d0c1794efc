// Files to slices: one broken line costs one line.
#include "data/read/slices.h"

#include "support/catch.h"

namespace llmops::data {
namespace {

std::vector<std::string> texts(const std::vector<Slice>& slices) {
  std::vector<std::string> out;
  for (const Slice& slice : slices) out.emplace_back(slice.text);
  return out;
}

std::vector<std::uint64_t> lines(const std::vector<Slice>& slices) {
  std::vector<std::uint64_t> out;
  for (const Slice& slice : slices) out.push_back(slice.line);
  return out;
}

TEST_CASE("jsonl slices are lines without blank ones, a byte order mark and carriage returns", "[data]") {
  const auto slices = slice_file("\xEF\xBB\xBF{\"a\":1}\r\n\n  \n{\"b\":2}", Format::kJsonl, "file");
  CHECK(texts(slices) == std::vector<std::string>{"{\"a\":1}", "{\"b\":2}"});
  CHECK(lines(slices) == std::vector<std::uint64_t>{1, 4});
}

TEST_CASE("csv fields hold delimiters, doubled quotes and line breaks", "[data]") {
  const auto slices = slice_csv("id,text\r\n1,\"a, \"\"b\"\"\r\nc\"\r\n2,plain", ',');
  CHECK(lines(slices) == std::vector<std::uint64_t>{1, 2, 4});
  CHECK(split_csv_row(slices[1].text, ',') == std::vector<std::string>{"1", "a, \"b\"\r\nc"});
  CHECK(split_csv_row(slices[2].text, ',') == std::vector<std::string>{"2", "plain"});
  CHECK(split_csv_row("a,,\"\",", ',') == std::vector<std::string>{"a", "", "", ""});
  CHECK(split_csv_row("say \"hi\",b", ',') == std::vector<std::string>{"say \"hi\"", "b"});
}

TEST_CASE("a csv quote that never closes breaks its own line only", "[data]") {
  const auto slices = slice_csv("id,text\n1,\"open\n2,\"fine\"\n3,\"bad\"tail\n4,last\n", ',');
  REQUIRE(slices.size() == 5);
  CHECK(slices[1].broken == "csv_quote");
  CHECK(slices[2].text == "2,\"fine\"");
  CHECK(slices[2].broken.empty());
  CHECK(slices[3].broken == "csv_quote");
  CHECK(slices[4].text == "4,last");

  const auto at_end = slice_csv("a,b\n1,\"x\ny\nz", ',');
  CHECK(texts(at_end) == std::vector<std::string>{"a,b", "1,\"x", "y", "z"});
}

TEST_CASE("text is one record a file, a paragraph or a line", "[data]") {
  const std::string text = "one\ntwo\n\n \nthree\n";
  CHECK(texts(slice_file(text, Format::kText, "file")) == std::vector<std::string>{text});
  CHECK(texts(slice_file(text, Format::kText, "paragraph")) == std::vector<std::string>{"one\ntwo", "three"});
  CHECK(lines(slice_file(text, Format::kText, "paragraph")) == std::vector<std::uint64_t>{1, 5});
  CHECK(texts(slice_file(text, Format::kText, "line")) == std::vector<std::string>{"one", "two", "three"});
}

TEST_CASE("markdown loses its front matter, and a rule is no front matter", "[data]") {
  const auto with = slice_file("---\ntitle: x\n---\n# Head\nbody", Format::kMarkdown, "file");
  CHECK(with[0].text == "# Head\nbody");
  CHECK(with[0].line == 4);
  CHECK(slice_file("# Head\n---\nbody\n---\n", Format::kMarkdown, "file")[0].text == "# Head\n---\nbody\n---\n");
  CHECK(slice_file("---\nnever closed", Format::kMarkdown, "file")[0].text == "---\nnever closed");
}

}  // namespace
}  // namespace llmops::data
