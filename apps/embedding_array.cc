#include "apps/embedding_array.h"

#include <fmt/format.h>

#include <chrono>
#include <cstring>
#include <limits>

#include "core/log.h"
#include "model/numpy_writer.h"

namespace llmops::apps {

infer::LinesReport write_embedding_array(infer::Embedder& embedder, LineSource& lines, bool plain,
                                         const std::string& path, Context& context) {
  const auto begin = std::chrono::steady_clock::now();
  const auto width = static_cast<std::size_t>(embedder.info().dimensions);
  std::vector<float> values;
  context.progress().start("embed", 0, "texts");
  const infer::LinesReport report = infer::embed_lines(embedder, lines, plain, [&](infer::EmbedAnswer answer) {
    if (!answer.failure.is_null()) log_warning(answer.failure["error"]["message"].get<std::string>());
    answer.embedding.resize(width, std::numeric_limits<float>::quiet_NaN());
    values.insert(values.end(), answer.embedding.begin(), answer.embedding.end());
    context.progress().update(values.size() / width);
  });
  context.progress().finish();
  const std::vector<std::int64_t> shape = {static_cast<std::int64_t>(report.lines), static_cast<std::int64_t>(width)};
  const auto bytes = [&] {
    const auto view = std::as_bytes(std::span(values));
    return std::vector<std::byte>(view.begin(), view.end());
  };
  model::write_npy(path, {"embeddings", model::DType::kF32, shape, bytes});
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const Json json = {
      {"path", path}, {"texts", report.lines}, {"failed", report.failed}, {"dimensions", width}, {"seconds", seconds}};
  context.print(json, fmt::format("wrote {} vectors of {} to {} in {:.1f} s ({:.0f} a second)\n", report.lines, width,
                                  path, seconds, static_cast<double>(report.lines) / std::max(seconds, 1e-9)));
  return report;
}

}  // namespace llmops::apps
