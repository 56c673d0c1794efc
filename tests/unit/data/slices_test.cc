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

std::vector<Slice> slices_of_csv(std::string_view bytes) { return slice_file(bytes, Format::kCsv, "file"); }

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
  const auto slices = slices_of_csv("id,text\r\n1,\"a, \"\"b\"\"\r\nc\"\r\n2,plain");
  CHECK(lines(slices) == std::vector<std::uint64_t>{1, 2, 4});
  CHECK(split_csv_row(slices[1].text, ',') == std::vector<std::string>{"1", "a, \"b\"\r\nc"});
  CHECK(split_csv_row(slices[2].text, ',') == std::vector<std::string>{"2", "plain"});
  CHECK(split_csv_row("a,,\"\",", ',') == std::vector<std::string>{"a", "", "", ""});
  CHECK(split_csv_row("say \"hi\",b", ',') == std::vector<std::string>{"say \"hi\"", "b"});
}

TEST_CASE("a csv quote that never closes breaks its own line only", "[data]") {
  const auto slices = slices_of_csv("id,text\n1,\"open\n2,\"fine\"\n3,\"bad\"tail\n4,last\n");
  REQUIRE(slices.size() == 5);
  CHECK(slices[1].broken == "csv_quote");
  CHECK(slices[2].text == "2,\"fine\"");
  CHECK(slices[2].broken.empty());
  CHECK(slices[3].broken == "csv_quote");
  CHECK(slices[4].text == "4,last");

  const auto at_end = slices_of_csv("a,b\n1,\"x\ny\nz");
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

// Cuts `text` as if it came in pieces of `step` bytes.
std::vector<std::pair<std::uint64_t, std::string>> cut_in_pieces(const std::string& text, Format format,
                                                                 const char* records, std::size_t step) {
  std::vector<std::pair<std::uint64_t, std::string>> found;
  std::string buffer;
  std::uint64_t line = 1;
  for (std::size_t begin = 0; begin < text.size(); begin += step) {
    buffer += text.substr(begin, step);
    std::vector<Slice> slices;
    const std::size_t used = cut_slices(buffer, begin + step >= text.size(), format, records, line, slices);
    for (const Slice& slice : slices)
      found.emplace_back(slice.line, std::string(slice.broken) + std::string(slice.text));
    buffer.erase(0, used);
  }
  CHECK(buffer.empty());
  return found;
}

TEST_CASE("a file cut in pieces of any size has the same records as one that is cut whole", "[data]") {
  const std::string texts[] = {"a,b\n1,\"x, \"\"y\"\"\r\nz\"\n2,\"bad\"tail\n3,last",
                               "one\ntwo\n\n \nthree\r\nfour\n\n\nfive", "{\"a\":1}\r\n\n{\"b\":2}\n"};
  for (const std::string& text : texts) {
    for (const auto& [format, records] : {std::pair{Format::kCsv, "file"},
                                          {Format::kText, "line"},
                                          {Format::kText, "paragraph"},
                                          {Format::kText, "file"},
                                          {Format::kJsonl, ""}}) {
      const auto whole = cut_in_pieces(text, format, records, text.size());
      CHECK_FALSE(whole.empty());
      for (std::size_t step = 1; step < text.size(); ++step) CHECK(cut_in_pieces(text, format, records, step) == whole);
    }
  }
}

}  // namespace
}  // namespace llmops::data
