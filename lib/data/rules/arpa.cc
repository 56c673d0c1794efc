// Reading and writing ARPA files.
#include "data/rules/arpa.h"

#include <fmt/format.h>

#include <charconv>
#include <span>

#include "core/files.h"
#include "data/rules/arpa_lines.h"
#include "data/rules/ngram_builder.h"
#include "data/rules/ngram_train.h"

namespace llmops::data {

namespace {

bool is_blank_line(std::string_view line) { return line.find_first_not_of(" \t") == std::string_view::npos; }

// "ngram 2=1234" lines after "\data\": how many n-grams each order has.
std::vector<std::uint64_t> read_counts(ArpaLines& lines, std::string_view& line) {
  bool begun = false;
  while (lines.next(line) && !begun) begun = line.starts_with("\\data\\");  // SRILM's files may begin with remarks
  if (!begun) lines.fail("not an ARPA file: there is no \\data\\");
  std::vector<std::uint64_t> counts;
  do {
    if (is_blank_line(line)) continue;
    if (line.starts_with('\\')) break;
    std::string_view rest = line;
    int n = 0;
    std::uint64_t count = 0;
    const bool named = next_word(rest) == "ngram";
    const std::size_t equals = rest.find('=');
    if (!named || equals == std::string_view::npos) lines.fail("expected 'ngram N=COUNT'");
    std::string_view left = rest.substr(0, equals), right = rest.substr(equals + 1);
    left = next_word(left);
    right = next_word(right);
    std::from_chars(left.data(), left.data() + left.size(), n);
    std::from_chars(right.data(), right.data() + right.size(), count);
    if (n != static_cast<int>(counts.size()) + 1 || n > kMostNgramOrder) lines.fail("an order that does not follow");
    counts.push_back(count);
  } while (lines.next(line));
  if (counts.empty()) lines.fail("the file names no n-grams");
  return counts;
}

float read_number(std::string_view text, const ArpaLines& lines) {
  float value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) lines.fail("'" + std::string(text) + "' is no number");
  return value;
}

// The lines below "\2-grams:", until one that is blank or begins the next section.
void read_section(ArpaLines& lines, std::string_view& line, int n, std::uint64_t count, NgramBuilder& builder) {
  if (line != fmt::format("\\{}-grams:", n)) lines.fail(fmt::format("expected '\\{}-grams:'", n));
  std::string_view words[kMostNgramOrder];
  std::uint64_t read = 0;
  bool more = lines.next(line);
  for (; more && !line.starts_with("\\"); more = lines.next(line)) {
    if (is_blank_line(line)) continue;
    std::string_view rest = line;
    const float log10 = read_number(next_word(rest), lines);
    for (int i = 0; i < n; ++i) words[i] = next_word(rest);
    if (words[n - 1].empty()) lines.fail("the line has too few words");
    const std::string_view weight = next_word(rest);
    const float backoff = weight.empty() ? 0 : read_number(weight, lines);
    if (!next_word(rest).empty()) lines.fail("the line has too many words");
    builder.add({words, static_cast<std::size_t>(n)}, log10, backoff, lines.number());
    ++read;
  }
  if (read != count) lines.fail(fmt::format("{} {}-grams, where {} were announced", read, n, count));
  builder.end_order();
  if (!more) lines.fail("the file ends without \\end\\");
}

}  // namespace

NgramModel NgramModel::from_arpa(const std::filesystem::path& path) {
  ArpaLines lines(path);
  std::string_view line;
  const std::vector<std::uint64_t> counts = read_counts(lines, line);
  NgramBuilder builder(static_cast<int>(counts.size()), path.string());
  for (std::size_t i = 0; i < counts.size(); ++i)
    read_section(lines, line, static_cast<int>(i + 1), counts[i], builder);
  if (!line.starts_with("\\end\\")) lines.fail("expected '\\end\\'");
  return builder.finish();
}

void write_arpa(const NgramEstimates& estimates, const std::filesystem::path& path) {
  AtomicFile file(path);
  file.write("\\data\\\n");
  for (std::size_t i = 0; i < estimates.orders.size(); ++i) {
    file.write(fmt::format("ngram {}={}\n", i + 1, estimates.orders[i].grams.size()));
  }
  std::string line;
  for (std::size_t i = 0; i < estimates.orders.size(); ++i) {
    const NgramEstimates::Order& order = estimates.orders[i];
    file.write(fmt::format("\n\\{}-grams:\n", i + 1));
    for (std::size_t g = 0; g < order.grams.size(); ++g) {
      line = fmt::format("{}\t", order.log10[g]);
      for (std::size_t w = i + 1; w-- > 0;) {
        line += estimates.words[order.grams[g][w]];
        line += w == 0 ? '\t' : ' ';
      }
      if (i + 1 < estimates.orders.size()) {
        line += fmt::format("{}\n", order.backoff[g]);
      } else {
        line.back() = '\n';
      }
      file.write(line);
    }
  }
  file.write("\n\\end\\\n");
  file.commit();
}

}  // namespace llmops::data
