// Finds personal data in a file of texts. tests/bench/pii_quality.py compares what it prints with labels.
//
// pii_driver find TYPES FILE
//   FILE is JSON lines, each a string. Prints a line for each: [[type, begin, end], ...], in bytes.
// pii_driver time TYPES FILE
//   FILE is text, searched in pieces of about 4 KB cut at lines. Prints {"bytes", "finds", "megabytes_per_second"}:
//   processor time of one thread, the best of five rounds.
// TYPES: names with commas between them, "default" or "all".
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <string>
#include <vector>

#include "core/files.h"
#include "core/json.h"
#include "data/pii/pii.h"

using namespace llmops;

namespace {

data::PiiSet types_of(const std::string& names) {
  if (names == "default") return data::default_pii();
  if (names == "all") return data::all_pii();
  data::PiiSet set = 0;
  for (std::size_t at = 0; at <= names.size();) {
    const std::size_t end = std::min(names.find(',', at), names.size());
    set |= data::pii_bit(data::parse_pii(names.substr(at, end - at)).value());
    at = end + 1;
  }
  return set;
}

std::vector<std::string_view> pieces_of(std::string_view text, std::size_t least) {
  std::vector<std::string_view> pieces;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', std::min(text.size(), at + least));
    pieces.push_back(text.substr(at, end == std::string_view::npos ? end : end - at));
    at = end == std::string_view::npos ? text.size() : end + 1;
  }
  return pieces;
}

void find_all(const std::string& text, data::PiiSet types) {
  for (const std::string_view line : pieces_of(text, 0)) {
    const auto value = parse_json(line, "line").get<std::string>();
    Json spans = Json::array();
    for (const data::PiiSpan& span : data::find_pii(value, types)) {
      spans.push_back({data::pii_name(span.type), span.begin, span.end});
    }
    fmt::print("{}\n", dump_json(spans));
  }
}

void time_all(const std::string& text, data::PiiSet types) {
  const std::vector<std::string_view> pieces = pieces_of(text, 4096);
  double best = 1e9;
  std::size_t finds = 0;
  for (int round = 0; round < 5; ++round) {
    const std::clock_t start = std::clock();  // of this process's work: others may run beside it
    finds = 0;
    for (const std::string_view piece : pieces) finds += data::find_pii(piece, types).size();
    best = std::min(best, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  }
  fmt::print("{{\"bytes\": {}, \"finds\": {}, \"megabytes_per_second\": {:.0f}}}\n", text.size(), finds,
             static_cast<double>(text.size()) / best / 1e6);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const std::string text = read_file(argv[3]);
  (std::string(argv[1]) == "time" ? time_all : find_all)(text, types_of(argv[2]));
}
