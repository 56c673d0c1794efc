#include "core/http_client.h"

#include <fmt/format.h>

#include <cstdio>

#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace llmops;

namespace {

/// tests/support/http_file_server.py over a folder, for as long as this lives.
class FileServer {
 public:
  explicit FileServer(const fs::path& folder) {
    // A FIFO as its standard input: it ends when our end closes, whatever happens to this test.
    const fs::path fifo = folder / "stdin.fifo";
    const std::string command =
        fmt::format("rm -f '{0}' && mkfifo '{0}' && exec python3 '{1}/tests/support/http_file_server.py' '{2}' <'{0}'",
                    fifo.string(), LLMOPS_SOURCE_DIR, folder.string());
    output_ = ::popen(command.c_str(), "r");
    while (!fs::exists(fifo)) {
    }
    input_ = std::fopen(fifo.c_str(), "w");
    int port = 0;
    if (std::fscanf(output_, "%d", &port) != 1) throw std::runtime_error("the test server did not start");
    url_ = fmt::format("http://127.0.0.1:{}", port);
  }
  ~FileServer() {
    std::fclose(input_);
    ::pclose(output_);
  }
  std::string url(const std::string& path) const { return url_ + path; }

 private:
  std::FILE* output_ = nullptr;
  std::FILE* input_ = nullptr;
  std::string url_;
};

DownloadOptions download_of(const std::string& url, const fs::path& to) {
  DownloadOptions options;
  options.url = url;
  options.destination = to;
  return options;
}

}  // namespace

TEST_CASE("a broken download goes on where it stopped, and is checked", "[core]") {
  const test::TemporaryDirectory folder;
  std::string content;
  for (int i = 0; i < 200'000; ++i) content += static_cast<char>('a' + i % 23);
  write_file_atomic(folder.path() / "file.bin", content);
  const FileServer server(folder.path());
  Progress silent;
  const fs::path target = folder.path() / "downloads" / "file.bin";

  CHECK_THROWS_AS(http_download(download_of(server.url("/file.bin?break=70000"), target), silent), SystemError);
  CHECK_FALSE(fs::exists(target));
  CHECK(fs::file_size(target.string() + ".part") == 70000);

  SECTION("with a Range request") {
    DownloadOptions options = download_of(server.url("/file.bin"), target);
    options.sha256 = sha256_hex(content);
    options.size = content.size();
    http_download(options, silent);
    CHECK(read_file(target) == content);
    CHECK_FALSE(fs::exists(target.string() + ".part"));
  }
  SECTION("from the beginning where the server ignores Range") {
    http_download(download_of(server.url("/file.bin?norange"), target), silent);
    CHECK(read_file(target) == content);
  }
  SECTION("and a wrong hash is refused") {
    DownloadOptions options = download_of(server.url("/file.bin"), target);
    options.sha256 = std::string(64, '0');
    CHECK_THROWS_AS(http_download(options, silent), InputError);
    CHECK_FALSE(fs::exists(target));
    CHECK_FALSE(fs::exists(target.string() + ".part"));
  }
}

TEST_CASE("statuses and dead servers become errors for people", "[core]") {
  const test::TemporaryDirectory folder;
  write_file_atomic(folder.path() / "small", "0123456789");
  const FileServer server(folder.path());
  Progress silent;
  CHECK_THROWS_AS(http_download(download_of(server.url("/none"), folder.path() / "x"), silent), NotFoundError);
  CHECK_THROWS_WITH(http_download(download_of(server.url("/small?status=503"), folder.path() / "x"), silent),
                    Catch::Contains("the server answered 503"));
  CHECK_FALSE(fs::exists(folder.path() / "x.part"));
  HttpRequest request;
  request.url = server.url("/small");
  CHECK(http_request(request).body == "0123456789");
  request.max_bytes = 5;
  CHECK_THROWS_AS(http_request(request), SystemError);
  request.url = "http://127.0.0.1:1/";
  CHECK_THROWS_AS(http_request(request), SystemError);
  request.url = "file:///etc/passwd";
  CHECK_THROWS_AS(http_request(request), SystemError);
}
