// WARC: cutting into records, damage, and what is read in one.
#include "data/read/warc.h"

#include <zlib.h>

#include <filesystem>
#include <random>

#include "data/read/compression.h"
#include "data/read/http_response.h"
#include "support/catch.h"
#include "support/pieces.h"
#include "support/sample_data.h"

namespace llmops::data {
namespace {

std::string record(const std::string& type, const std::string& fields, const std::string& block,
                   const std::string& version = "1.0") {
  return "WARC/" + version + "\r\nWARC-Type: " + type + "\r\nWARC-Target-URI: <http://a.org/" + type +
         ">\r\nWARC-Date: 2024-04-25T16:24:44Z\r\n" + fields + "Content-Length: " + std::to_string(block.size()) +
         "\r\n\r\n" + block + "\r\n\r\n";
}

std::string response(const std::string& head, const std::string& body) {
  return record("response", "Content-Type: application/http; msgtype=response\r\n",
                "HTTP/1.1 200 OK\r\n" + head + "\r\n" + body);
}

std::vector<std::string> cut(std::string_view bytes, std::size_t step = 1'000'000) {
  std::vector<std::string> out;
  cut_in_pieces<WarcCutter>(bytes, step, [&](const Slice& slice) {
    out.push_back(std::to_string(slice.line) + std::string(slice.broken) + " " + std::string(slice.text));
  });
  return out;
}

Json read(const std::string& bytes) {
  const auto outcome = read_warc_record(bytes);
  REQUIRE(outcome);
  REQUIRE(std::holds_alternative<Json>(*outcome));
  return std::get<Json>(*outcome);
}

std::string loss(const std::string& bytes) {
  const auto outcome = read_warc_record(bytes);
  REQUIRE(outcome);
  REQUIRE(std::holds_alternative<Loss>(*outcome));
  const Loss& lost = std::get<Loss>(*outcome);
  return (lost.kind == Loss::Kind::kDropped ? "dropped " : "rejected ") + lost.rule + ": " + lost.value;
}

const std::string kPage =
    "<html lang='en'><head><title>Rain</title></head><body><nav><a href=/>Home</a></nav><article><p>It has been "
    "raining "
    "for a week in the valley, and the river is as high as it was in the spring of the "
    "flood.</p></article></body></html>";
const std::string kPageText =
    "It has been raining for a week in the valley, and the river is as high as it was in the spring of the flood.";

TEST_CASE("records are cut by their lengths, in pieces of any size", "[data]") {
  const std::string a = record("warcinfo", "", "software: x\r\n"),
                    b = record("resource", "", "WARC/1.0\r\nnot one", "1.1"), c = record("metadata", "", "");
  for (const std::size_t step : {1U, 2U, 50U, 1000U}) {
    const auto records = cut(a + b + "\r\n" + c, step);
    REQUIRE(records.size() == 3);
    CHECK(records[0] == "1 " + a.substr(0, a.size() - 4));
    CHECK(records[1] == "10 " + b.substr(0, b.size() - 4));
    CHECK(records[2].find("metadata") != std::string::npos);
  }
  CHECK(cut("").empty());
  CHECK(cut("\r\n\r\n").empty());
}

TEST_CASE("a damaged record costs itself and no other", "[data]") {
  const std::string good = record("resource", "", "good"), next = record("conversion", "", "next");
  const auto lengthened = [](std::string text, const std::string& length) {
    const std::size_t at = text.find("Content-Length: ") + 16;
    return text.replace(at, text.find('\r', at) - at, length);
  };
  for (const std::string& damaged :
       {lengthened(good, "40"), lengthened(good, "2"), lengthened(good, "99999999999999999999"), lengthened(good, "x"),
        lengthened(good, "300"), std::string("garbage\r\n"), good.substr(0, 40) + "\r\n", good.substr(3)}) {
    INFO(damaged);
    for (const std::size_t step : {1U, 1000U}) {
      const auto records = cut(good + damaged + next + next, step);
      REQUIRE(records.size() == 4);
      CHECK(records[1].find("bad_warc ") != std::string::npos);
      CHECK(records[2].find(next.substr(0, next.size() - 4)) != std::string::npos);
    }
  }
  CHECK(cut(good + good.substr(0, good.size() - 6))[1].find("bad_warc") != std::string::npos);
  const auto too_large = cut(lengthened(good, "99999999999") + next, 7);
  REQUIRE(too_large.size() == 2);
  CHECK(too_large[0].find("1too_large WARC/1.0") == 0);
}

TEST_CASE("a response is its page's main text, with where and when", "[data]") {
  const Json row = read(response("Content-Type: text/html; charset=utf-8\r\n", kPage));
  CHECK(row == Json{{"text", kPageText},
                    {"url", "http://a.org/response"},
                    {"date", "2024-04-25T16:24:44Z"},
                    {"title", "Rain"},
                    {"language", "en"}});
  CHECK(read(response("Content-Type: text/plain\r\n", "as <b>it is\n"))["text"] == "as <b>it is\n");
  CHECK(read(response("", kPage))["text"] == kPageText);
}

TEST_CASE("resources and conversions are read, other records are none", "[data]") {
  CHECK(read(record("resource", "Content-Type: text/html\r\n", kPage))["text"] == kPageText);
  const Json wet = read(record(
      "conversion", "Content-Type: text/plain\r\nWARC-Identified-Content-Language: deu,eng\r\n", "Wort für Wort"));
  CHECK(wet["text"] == "Wort für Wort");
  CHECK(wet["language"] == "deu");
  for (const char* type : {"request", "metadata", "warcinfo", "revisit", "continuation", "no-such"}) {
    CHECK_FALSE(read_warc_record(record(type, "Content-Type: text/plain\r\n", "x")));
  }
  std::string log = record("resource", "Content-Type: text/plain\r\n", "x");
  log.replace(log.find("http://a.org"), 12, "metadata://a");
  CHECK_FALSE(read_warc_record(log));
}

TEST_CASE("a record that cannot be read says why", "[data]") {
  const auto http = [](const std::string& block) {
    return record("response", "Content-Type: application/http\r\n", block);
  };
  CHECK(loss(response("Content-Type: image/png\r\n", "x")) == "dropped content_type: image/png");
  CHECK(loss(http("HTTP/1.1 404 Not Found\r\n\r\nno")) == "dropped http_status: 404");
  CHECK(loss(http("HTTP/2 301\r\n\r\nno")) == "dropped http_status: 301");
  CHECK(loss(http("no http\r\n\r\n")) == "rejected bad_http: no http\r\n\r\n");
  CHECK(loss(http("HTTP/1.1 200 OK\r\n")).find("rejected bad_http") == 0);
  CHECK(loss(response("Content-Encoding: br\r\nContent-Type: text/html\r\n", "\x8b\x01")) ==
        "dropped http_encoding: br");
  CHECK(loss(record("response", "Content-Type: text/dns\r\n", "a")) == "dropped content_type: text/dns");
  CHECK(loss("WARC/1.0\r\nno end").find("rejected bad_warc") == 0);
}

std::string gzipped(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(text.size() + 1000, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST_CASE("chunks and compression are undone, unless the crawler did so", "[data]") {
  const std::string type = "Content-Type: text/plain\r\n", chunked = "Transfer-Encoding: chunked\r\n";
  CHECK(read(response(type + chunked, "5\r\nhello\r\n7;x=y\r\n, world\r\n0\r\n\r\n"))["text"] == "hello, world");
  CHECK(read(response(type + chunked, "5\r\nhello\r\nFF\r\n, cut"))["text"] == "hello, cut");
  CHECK(read(response(type + chunked, "not chunked any more"))["text"] == "not chunked any more");
  const std::string body = gzipped("compressed text");
  CHECK(read(response(type + "Content-Encoding: gzip\r\n", body))["text"] == "compressed text");
  CHECK(read(response(type + "Content-Encoding: gzip\r\n", "text already"))["text"] == "text already");
  const std::string first = body.substr(0, 9), second = body.substr(9);
  const auto chunk = [](const std::string& text) {
    char size[20];
    std::snprintf(size, sizeof size, "%zx\r\n", text.size());
    return size + text + "\r\n";
  };
  CHECK(read(response(type + chunked + "Content-Encoding: gzip\r\n",
                      chunk(first) + chunk(second) + "0\r\n\r\n"))["text"] == "compressed text");
  CHECK(loss(response(type + "Content-Encoding: gzip\r\n", gzipped(std::string(std::size_t{65} << 20, 'a')))) ==
        "rejected too_large: gzip");
}

TEST_CASE("a page's encoding is its bytes', its server's, its own, in that order", "[data]") {
  CHECK(page_as_utf8("caf\xC3\xA9", "iso-8859-1", false) == "café");  // valid UTF-8 is never anything else
  CHECK(page_as_utf8("caf\xE9", "ISO-8859-1", false) == "café");
  CHECK(page_as_utf8("caf\xE9 \x80", "latin1", false) == "café €");  // as browsers read it
  CHECK(page_as_utf8("<meta charset=windows-1251>\xCF\xF0\xE8\xE2\xE5\xF2", "", true) ==
        "<meta charset=windows-1251>Привет");
  CHECK(page_as_utf8("<META http-equiv='Content-Type' content='text/html; charset=koi8-r'>\xF0", "", true).find("П") !=
        std::string::npos);
  CHECK(page_as_utf8("<meta charset=utf-16>caf\xE9", "", true).find("caf") != std::string::npos);
  CHECK(page_as_utf8("bad \xFF byte", "utf-8", false) == "bad \xEF\xBF\xBD byte");
  CHECK(page_as_utf8("\x1B$B$3$s\x1B(B", "iso-2022-jp", false) == "こん");
}

TEST_CASE("nothing in a record makes reading it fail", "[data]") {
  const std::string good = response("Content-Type: text/html\r\nTransfer-Encoding: chunked\r\n", kPage);
  std::mt19937 random(9);
  for (int trial = 0; trial < 500; ++trial) {
    std::string bad = good;
    for (int i = 0; i < 5; ++i) bad[random() % bad.size()] = static_cast<char>(random());
    bad.resize(random() % bad.size());
    read_warc_record(bad);
    cut(good + bad + good, 1 + random() % 100);
  }
}

TEST_CASE("archives of real crawls are read whole", "[data]") {
  const std::filesystem::path folder = test::sample_data() / "web";
  if (!std::filesystem::exists(folder)) {
    WARN("skipped: no real archives here");
    return;
  }
  std::size_t rows = 0, losses = 0;
  for (const char* name : {"sample-0000.warc.gz", "sample-0001.warc.gz"}) {
    const auto source = decompressed(open_file_bytes(folder / name), compression_of(folder / name));
    cut_in_pieces<WarcCutter>(read_all(*source, 1U << 30, name), 100'000, [&](const Slice& slice) {
      CHECK(slice.broken.empty());
      const auto outcome = read_warc_record(slice.text);
      if (!outcome) return;
      const Json* row = std::get_if<Json>(&*outcome);
      ++(row != nullptr ? rows : losses);
      if (row == nullptr) return;
      CHECK((*row)["text"].get<std::string>().size() > 200);
      CHECK_FALSE((*row)["title"].get<std::string>().empty());
    });
  }
  CHECK(rows == 37);
  CHECK(losses == 0);
}

}  // namespace
}  // namespace llmops::data
