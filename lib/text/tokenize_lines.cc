// Lines of texts to ids, or of ids to texts, as they arrive.
#include "text/tokenize_lines.h"

#include <fmt/format.h>

#include "text/encode_batch.h"
#include "text/parse_ids.h"

namespace llmops::text {
namespace {
constexpr std::size_t kLinesAtOnce = 4096;  // enough that all processors have work
}  // namespace

void tokenize_lines(const Tokenizer& tokenizer, LineSource& lines, const TokenizeLinesOptions& options,
                    const std::function<void(const TokenizeReport&)>& write) {
  for (auto taken = lines.take(kLinesAtOnce); !taken.empty(); taken = lines.take(kLinesAtOnce)) {
    if (options.decode) {
      for (const LineSource::Line& line : taken) {
        const auto ids = parse_ids(line.text, fmt::format("{}:{}", lines.name(), line.number));
        write(report_decoded(tokenizer, ids, /*skip_special=*/!options.add_special));
      }
      continue;
    }
    std::vector<std::string_view> texts;
    for (const LineSource::Line& line : taken) texts.push_back(line.text);
    const auto encoded = encode_batch(tokenizer, texts, options.add_special, options.threads);
    for (std::size_t i = 0; i < texts.size(); ++i) {
      write(report_ids(tokenizer, texts[i], encoded[i], options.add_special));
    }
  }
}

}  // namespace llmops::text
