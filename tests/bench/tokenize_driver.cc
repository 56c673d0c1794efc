// Times a tokenizer on a file: the whole text in one call, and all lines as a batch. tests/bench/tokenizer_speed.py
// runs it beside the reference implementation.
//
// tokenize_driver TOKENIZER TEXT THREADS ROUNDS IDS: prints {"load", "whole", "lines"} in seconds, the best of the
// rounds, and writes the ids of the whole text to the file IDS as int32.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "core/files.h"
#include "text/encode_batch.h"

using namespace llmops;

namespace {

double seconds_of(const auto& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) return 2;
  const std::string text = read_file(argv[2]);
  const int threads = std::stoi(argv[3]);
  const std::vector<std::string_view> lines = lines_of(text);
  std::unique_ptr<text::Tokenizer> tokenizer;
  const double load = seconds_of([&] { tokenizer = text::load_tokenizer(argv[1]); });
  double whole = 1e9;
  double batch = 1e9;
  std::vector<text::TokenId> ids;
  for (int round = 0; round < std::stoi(argv[4]); ++round) {
    whole = std::min(whole, seconds_of([&] { ids = tokenizer->encode(text, false); }));
    batch = std::min(batch, seconds_of([&] { text::encode_batch(*tokenizer, lines, false, threads); }));
  }
  write_file_atomic(argv[5], {reinterpret_cast<const char*>(ids.data()), ids.size() * sizeof(text::TokenId)});
  fmt::print("{{\"load\": {}, \"whole\": {}, \"lines\": {}}}\n", load, whole, batch);
}
