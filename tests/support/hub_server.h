// tests/support/hub_server.py over a folder, for as long as this lives.
#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace llmops::test {

class HubServer {
 public:
  explicit HubServer(const std::filesystem::path& folder) {
    const std::filesystem::path fifo = folder / "stdin.fifo";  // its standard input: it ends when our end closes
    const std::string command =
        fmt::format("rm -f '{0}' && mkfifo '{0}' && exec python3 '{1}/tests/support/hub_server.py' '{2}' <'{0}'",
                    fifo.string(), LLMOPS_SOURCE_DIR, folder.string());
    output_ = ::popen(command.c_str(), "r");
    while (!std::filesystem::exists(fifo)) {
    }
    input_ = std::fopen(fifo.c_str(), "w");
    int port = 0;
    if (std::fscanf(output_, "%d", &port) != 1) throw std::runtime_error("the test hub did not start");
    url_ = fmt::format("http://127.0.0.1:{}", port);
  }
  ~HubServer() {
    std::fclose(input_);
    ::pclose(output_);
  }
  HubServer(const HubServer&) = delete;
  HubServer& operator=(const HubServer&) = delete;
  const std::string& url() const { return url_; }

 private:
  std::FILE* output_ = nullptr;
  std::FILE* input_ = nullptr;
  std::string url_;
};

}  // namespace llmops::test
