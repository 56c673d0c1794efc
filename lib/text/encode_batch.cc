// Many texts to tokens on several threads: each takes the next block of texts until none is left.
#include "text/encode_batch.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>

#include "core/cancel.h"
#include "core/process.h"

namespace llmops::text {
namespace {

// Large against what starting a thread and taking a block cost, small against a thread's share.
constexpr std::size_t kBlockBytes = std::size_t{1} << 16;

struct Block {
  std::size_t begin = 0;  // of the texts
  std::size_t end = 0;
  std::exception_ptr failure;
};

std::vector<Block> make_blocks(std::span<const std::string_view> texts) {
  std::vector<Block> blocks;
  std::size_t bytes = kBlockBytes;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (bytes >= kBlockBytes) {
      blocks.push_back({i, i, nullptr});
      bytes = 0;
    }
    bytes += texts[i].size() + 1;
    blocks.back().end = i + 1;
  }
  return blocks;
}

}  // namespace

std::vector<std::vector<TokenId>> encode_batch(const Tokenizer& tokenizer, std::span<const std::string_view> texts,
                                               bool add_special, int threads) {
  std::vector<std::vector<TokenId>> encoded(texts.size());
  std::vector<Block> blocks = make_blocks(texts);
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  const auto work = [&] {
    for (std::size_t i = next++; i < blocks.size() && !failed; i = next++) {
      try {
        throw_if_cancelled();
        for (std::size_t t = blocks[i].begin; t < blocks[i].end; ++t) {
          encoded[t] = tokenizer.encode(texts[t], add_special);
        }
      } catch (...) {
        blocks[i].failure = std::current_exception();
        failed = true;
      }
    }
  };
  const auto wanted = static_cast<std::size_t>(std::max(threads > 0 ? threads : available_processors(), 1));
  std::vector<std::jthread> helpers;
  for (std::size_t i = 1; i < std::min(wanted, blocks.size()); ++i) helpers.emplace_back(work);
  work();
  helpers.clear();  // joins
  for (const Block& block : blocks) {
    if (block.failure) std::rethrow_exception(block.failure);
  }
  return encoded;
}

}  // namespace llmops::text
