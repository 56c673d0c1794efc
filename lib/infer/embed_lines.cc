#include "infer/embed_lines.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace llmops::infer {
namespace {

/// Lines embedded together: enough for batches of nearly equal length, and few enough that the first answers come soon.
constexpr std::size_t kAtOnce = 1024;

/// The lines of one take: texts to embed, and the lines that have none.
struct Work {
  std::vector<std::string> texts;
  std::vector<Json> failures;  ///< of each line; null for those with a text

  void add(const LineSource::Line& line, const std::string& source, bool plain) {
    if (!plain && line.text.find_first_not_of(" \t") == std::string::npos) return;
    try {
      const std::string origin = fmt::format("{}:{}", source, line.number);
      texts.push_back(plain ? line.text : json_get<std::string>(parse_request(line, source, {"text"}), "text", origin));
      failures.emplace_back();
    } catch (const InputError& error) {
      failures.push_back(error_answer(error));
    }
  }
};

}  // namespace

std::string embed_answer_line(const EmbedAnswer& answer) {
  if (!answer.failure.is_null()) return dump_json(answer.failure);
  return fmt::format(R"({{"embedding": [{}]}})", fmt::join(answer.embedding, ", "));
}

LinesReport embed_lines(Embedder& embedder, LineSource& lines, bool plain,
                        const std::function<void(EmbedAnswer)>& take) {
  LinesReport report;
  for (auto taken = lines.take(kAtOnce); !taken.empty(); taken = lines.take(kAtOnce)) {
    Work work;
    for (const LineSource::Line& line : taken) work.add(line, lines.name(), plain);
    std::vector<std::vector<float>> vectors = embedder.embed(work.texts);
    auto vector = vectors.begin();
    for (Json& failure : work.failures) {
      ++report.lines;
      report.failed += failure.is_null() ? 0 : 1;
      take(failure.is_null() ? EmbedAnswer{std::move(*vector++), nullptr} : EmbedAnswer{{}, std::move(failure)});
    }
  }
  return report;
}

}  // namespace llmops::infer
