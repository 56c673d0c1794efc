// Brings what the ranks of a job keep apart to rank 0, which writes it.
#include <cstring>
#include <numeric>

#include "core/json.h"
#include "train/shared_gradients.h"

namespace llmops::train {
namespace {

/// Tensors lie in a message at multiples of it, so that they can be used where they are.
constexpr std::int64_t kAlignment = 64;

std::int64_t padded(std::int64_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

/// [{"name", "bytes_each", "shape"}] of tensors in a message.
Json table_of(const NamedTensors& tensors) {
  Json table = Json::array();
  for (const auto& [name, tensor] : tensors) {
    table.push_back({{"name", name}, {"bytes_each", tensor.itemsize()}, {"shape", tensor.sizes().vec()}});
  }
  return table;
}

/// Of zeros, at::Tensor views of one message.
NamedTensors laid_out(const Json& table, at::Tensor& message) {
  std::int64_t total = 0;
  std::vector<std::int64_t> begins, sizes;
  for (const Json& item : table) {
    const auto shape = item["shape"].get<std::vector<std::int64_t>>();
    begins.push_back(total);
    sizes.push_back(std::accumulate(shape.begin(), shape.end(), item["bytes_each"].get<std::int64_t>(),
                                    [](std::int64_t product, std::int64_t size) { return product * size; }));
    total += padded(sizes.back());
  }
  message = at::zeros({total}, at::kByte);
  NamedTensors tensors;
  for (std::size_t i = 0; i < begins.size(); ++i) {
    const at::Tensor bytes = message.narrow(0, begins[i], sizes[i]);
    const at::Tensor typed = table[i]["bytes_each"] == 1 ? bytes : bytes.view(at::kFloat);
    tensors.emplace_back(table[i]["name"], typed.view(table[i]["shape"].get<std::vector<std::int64_t>>()));
  }
  return tensors;
}

}  // namespace

NamedTensors collect_tensors(Workers& workers, const NamedTensors& mine) {
  if (workers.alone()) return mine;
  const std::vector<std::string> tables = workers.gather(table_of(mine).dump());
  at::Tensor message;
  if (!workers.first()) {
    const NamedTensors copies = laid_out(table_of(mine), message);
    for (std::size_t i = 0; i < mine.size(); ++i) copies[i].second.copy_(mine[i].second.detach());
    if (!mine.empty()) workers.start_send(message, 0)();
    return {};
  }
  NamedTensors all = mine;
  for (int rank = 1; rank < workers.size(); ++rank) {
    const NamedTensors more = laid_out(parse_json(tables[static_cast<std::size_t>(rank)], "a rank's table"), message);
    if (!more.empty()) workers.start_receive(message, rank)();
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

}  // namespace llmops::train
