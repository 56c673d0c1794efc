// PDFs written by hand: their text, what printing added to it, and files that cannot be read.
#include "data/read/pdf.h"

#include <random>

#include "core/error.h"
#include "support/catch.h"

namespace llmops::data {
namespace {

// A PDF with a page for each list of lines, in one of the fonts every reader has.
std::string make_pdf(const std::vector<std::vector<std::string>>& pages, const std::string& trailer = "") {
  std::vector<std::string> objects = {
      "<< /Type /Catalog /Pages 2 0 R >>", "",
      "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"};
  std::string kids;
  for (const auto& lines : pages) {
    std::string stream = "BT /F1 12 Tf 72 720 Td 14 TL\n";
    for (const std::string& line : lines) stream += "(" + line + ") Tj T*\n";
    stream += "ET";
    kids += std::to_string(objects.size() + 1) + " 0 R ";
    objects.push_back(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> "
        "/Contents " +
        std::to_string(objects.size() + 2) + " 0 R >>");
    objects.push_back("<< /Length " + std::to_string(stream.size()) + " >>\nstream\n" + stream + "\nendstream");
  }
  objects[1] = "<< /Type /Pages /Kids [" + kids + "] /Count " + std::to_string(pages.size()) + " >>";
  std::string pdf = "%PDF-1.4\n", table;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    char entry[24];
    std::snprintf(entry, sizeof entry, "%010zu 00000 n \n", pdf.size());
    table += entry;
    pdf += std::to_string(i + 1) + " 0 obj\n" + objects[i] + "\nendobj\n";
  }
  const std::string size = std::to_string(objects.size() + 1), start = std::to_string(pdf.size());
  return pdf + "xref\n0 " + size + "\n0000000000 65535 f \n" + table + "trailer\n<< /Size " + size + " /Root 1 0 R " +
         trailer + ">>\nstartxref\n" + start + "\n%%EOF\n";
}

TEST_CASE("pages are joined by an empty line", "[data]") {
  CHECK(pdf_text(make_pdf({{"The first page", "has two lines."}, {"The second has one."}})) ==
        "The first page\nhas two lines.\n\nThe second has one.");
  CHECK(pdf_text(make_pdf({{"caf\\351 \\(in Latin-1\\)"}})) == "café (in Latin-1)");
  CHECK(pdf_text(make_pdf({{}})).empty());
}

TEST_CASE("words divided at a line's end are joined", "[data]") {
  CHECK(pdf_text(make_pdf({{"a very interest-", "ing word"}})) == "a very interesting word");
  CHECK(join_pdf_pages({"in 2019-\n2020 and by A-\nB, or so -\nsaid, an-\nother --\nnot"}) ==
        "in 2019-\n2020 and by A-\nB, or so -\nsaid, another --\nnot");
  CHECK(join_pdf_pages({"soft\xC2\xAD\nened, true\xE2\x80\x90\nly"}) == "softened, truely");
}

TEST_CASE("headers, footers and page numbers that repeat are dropped", "[data]") {
  std::vector<std::string> pages;
  for (int i = 1; i <= 5; ++i) {
    const std::string n = std::to_string(i);
    pages.push_back("Annual report 2019\n\nChapter about " + std::string(1, static_cast<char>('a' + i)) +
                    "\nIts text is here.\n\n- " + n + " -\n");
  }
  CHECK(join_pdf_pages(pages) ==
        "Chapter about b\nIts text is here.\n\nChapter about c\nIts text is here.\n\nChapter about d\n"
        "Its text is here.\n\nChapter about e\nIts text is here.\n\nChapter about f\nIts text is here.");
  // Two pages may begin alike; a single number may be text.
  CHECK(join_pdf_pages({"Same\na\nx\ny\nz", "Same\nb\nx2 is\ny\nz"}) == "Same\na\nx\ny\nz\n\nSame\nb\nx2 is\ny\nz");
  CHECK(join_pdf_pages({"a\nPage 1 of 2", "b\nPage 2 of 2"}) == "a\n\nb");
  CHECK(join_pdf_pages({"a\n42"}) == "a\n42");
  CHECK(join_pdf_pages({}).empty());
}

TEST_CASE("a PDF that cannot be read says why", "[data]") {
  CHECK_THROWS_WITH(pdf_text("no pdf", "a.pdf"), "'a.pdf' is no PDF that can be read");
  CHECK_THROWS_WITH(pdf_text("", "a.pdf"), "'a.pdf' is no PDF that can be read");
  CHECK_THROWS_AS(pdf_text(make_pdf({})), InputError);
  const std::string key(64, '0');
  const std::string locked = "/Encrypt << /Filter /Standard /V 1 /R 2 /O <" + key + "> /U <" + key +
                             "> /P -4 >> /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>] ";
  CHECK_THROWS_WITH(pdf_text(make_pdf({{"secret"}}, locked), "a.pdf"), "'a.pdf' needs a password");
}

TEST_CASE("a damaged PDF is read in part or is an error, and nothing is printed", "[data]") {
  const std::string good = make_pdf({{"one line of text"}, {"another one"}});
  std::mt19937 random(6);
  int read = 0;
  for (int trial = 0; trial < 200; ++trial) {
    std::string bad = good;
    for (int i = 0; i < 3; ++i) bad[random() % bad.size()] = static_cast<char>(random());
    if (trial % 3 == 0) bad.resize(random() % bad.size());
    try {
      pdf_text(bad);
      ++read;
    } catch (const InputError&) {
    }
  }
  CHECK(read > 50);
}

}  // namespace
}  // namespace llmops::data
