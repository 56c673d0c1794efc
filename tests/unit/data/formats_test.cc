// Files of many formats through the whole of prepare: every record is accounted for.
#include <zlib.h>

#include <fstream>

#include "core/files.h"
#include "data/tables/table_writer.h"
#include "support/catch.h"
#include "support/prepared_texts.h"

namespace llmops::data {
namespace {

std::string gzip(const std::string& text) {
  const test::TemporaryDirectory scratch;
  const std::string path = (scratch.path() / "x.gz").string();
  const gzFile file = ::gzopen(path.c_str(), "wb");
  ::gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  ::gzclose(file);
  return read_file(path);
}

struct Folder {
  test::TemporaryDirectory folder;
  void write(const std::string& name, const std::string& bytes) {
    std::ofstream(folder.path() / name, std::ios::binary) << bytes;
  }
  PrepareRecipe recipe() const {
    PrepareRecipe recipe;
    recipe.folder = folder.path();
    recipe.inputs.emplace_back();
    recipe.inputs[0].path = ".";
    recipe.select.split.validation = 0;
    recipe.max_bad = 1;
    return recipe;
  }
};

std::string records_of(test::PreparedTexts& texts) { return read_file(texts.write() / "train.jsonl"); }

TEST_CASE("compressed lines, arrays, pages, archives and tables are read side by side", "[data]") {
  Folder raw;
  raw.write("a.jsonl.gz", gzip("{\"text\": \"from a compressed file\"}\n{broken\n"));
  raw.write("b.json",
            "[\n  {\"prompt\": \"what is asked\", \"completion\": \"what is said\"},\n  {\"text\": \"second of the "
            "array\"}\n]");
  raw.write(
      "c.html",
      "<html><head><title>T</title></head><body><nav><a href=x>Home</a></nav><article><p>The words of the page, "
      "which are long enough to be read as what it was written for, and so they stay.</p></article></body></html>");
  const std::string http = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nwords of an archive";
  raw.write("d.warc",
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://x.test/\r\nContent-Type: application/http; "
            "msgtype=response\r\nContent-Length: " +
                std::to_string(http.size()) + "\r\n\r\n" + http + "\r\n\r\n");
  raw.write("e.txt", std::string("\xFF\xFEs\0i\0x\0t\0e\0e\0n\0 \0b\0i\0t\0s\0", 26));
  const auto table = create_parquet(raw.folder.path() / "f.parquet");
  table->add({{"text", "a row of a table"}, {"n", 1}});
  table->finish();
  raw.write("empty.jsonl", "");
  raw.write("g.unknown", "?");
  raw.write("h.jsonl.gz", gzip(std::string(5000, 'x')).substr(0, 20));

  test::PreparedTexts texts(raw.recipe(), {});
  CHECK(texts.report.read == texts.report.kept + 2);
  CHECK(texts.report.kept == 7);
  CHECK(texts.report.rejected["bad_json"] == 1);
  CHECK(texts.report.rejected["unreadable_file"] == 1);
  CHECK(texts.report.skipped == std::vector<std::string>{"g.unknown"});
  const std::string train = records_of(texts);
  for (const char* words : {"from a compressed file", "what is said", "second of the array", "words of the page",
                            "words of an archive", "sixteen bits", "a row of a table"}) {
    CAPTURE(words);
    CHECK(train.find(words) != std::string::npos);
  }
  CHECK(train.find("Home") == std::string::npos);
}

TEST_CASE("a line of many megabytes is one rejected record, and the next line is read", "[data]") {
  Folder raw;
  raw.write("a.jsonl", "{\"text\": \"" + std::string(70 << 20, 'x') + "\"}\n{\"text\": \"the line behind it\"}\n");
  test::PreparedTexts texts(raw.recipe(), {});
  CHECK(texts.report.read == 2);
  CHECK(texts.report.rejected["too_large"] == 1);
  CHECK(records_of(texts).find("\"id\":\"a.jsonl:2\"") != std::string::npos);
}

TEST_CASE("preference pairs and kept fields come through, and parquet holds what jsonl does", "[data]") {
  Folder raw;
  raw.write(
      "a.jsonl",
      R"({"prompt": "which one", "chosen": "the better", "rejected": "the worse", "score": 3})"
      "\n"
      R"({"conversations": [{"from": "human", "value": "asked"}], "chosen": {"from": "gpt", "value": "yes"}, "rejected": {"from": "gpt", "value": "no"}})"
      "\n"
      R"({"chosen": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "good"}], "rejected": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "bad"}]})"
      "\n");
  raw.write(
      "b.json",
      R"([{"chosen": "\n\nHuman: say it\n\nAssistant: kindly", "rejected": "\n\nHuman: say it\n\nAssistant: rudely"},
                          "a string alone is a text"])");
  PrepareRecipe recipe = raw.recipe();
  recipe.inputs[0].keep = {"score"};
  recipe.output.formats = {"jsonl", "parquet"};
  test::PreparedTexts texts(recipe, {});
  CHECK(texts.report.kept == 5);
  const std::string train = records_of(texts);
  CHECK(
      train.find(
          R"("messages":[{"role":"user","content":"which one"}],"chosen":"the better","rejected":"the worse","score":3)") !=
      std::string::npos);
  CHECK(train.find(R"("content":"asked"}],"chosen":"yes","rejected":"no")") != std::string::npos);
  CHECK(train.find(R"([{"role":"user","content":"hi"}],"chosen":"good","rejected":"bad")") != std::string::npos);
  CHECK(fs::file_size(texts.folder.path() / "out" / "train.parquet") > 100);
}

}  // namespace
}  // namespace llmops::data
