#include "support/history_decoder.h"

#include <algorithm>

namespace llmops::test {
namespace {

std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ x >> 31) * 0x7FB5D329728EA185;
  x = (x ^ x >> 27) * 0x81DADEF4BC2DD44D;
  return x ^ x >> 33;
}

/// A token as an adapter sees it, in a prompt or written by the model: what it stores is of use to no other.
float seen_by(int adapter, bool decoded, text::TokenId token) {
  return static_cast<float>(token + 1000 * (adapter + 1) + (decoded ? 500 : 0));
}

std::uint64_t extended(std::uint64_t history, float token) {
  return mixed(history * 31 + static_cast<std::uint64_t>(token) + 1);
}

/// Key elements of one position: (D, 16) in the block of one head.
float* key(const ops::CacheLayer& layer, std::int32_t block, std::int64_t slot, int element) {
  auto* first = reinterpret_cast<float*>(layer.blocks + static_cast<std::size_t>(block) * layer.stride);
  return first + element * ops::kBlockTokens + slot;
}

/// A token and its position, in every layer.
void write(const ops::CacheLayer& layer, const ops::AttentionSegment& segment, std::int64_t position, float token) {
  const std::int32_t block = segment.blocks[position / ops::kBlockTokens];
  *key(layer, block, position % ops::kBlockTokens, 0) = token;
  *key(layer, block, position % ops::kBlockTokens, 1) = static_cast<float>(position + 1);
}

float read(const ops::CacheLayer& layer, const ops::AttentionSegment& segment, std::int64_t position) {
  const std::int32_t block = segment.blocks[position / ops::kBlockTokens];
  if (*key(layer, block, position % ops::kBlockTokens, 1) != static_cast<float>(position + 1))
    throw std::logic_error("a block holds another position");
  return *key(layer, block, position % ops::kBlockTokens, 0);
}

/// After the first layer all agree; the last one is what counts.
std::uint64_t history_of(const model::KvStore& store, const ops::AttentionSegment& segment, std::int64_t length) {
  std::uint64_t history = 0;
  for (std::int64_t position = 0; position < length; ++position) {
    const float token = read(store.layer(0), segment, position);
    if (token != read(store.layer(1), segment, position)) throw std::logic_error("layers hold other tokens");
    history = extended(history, token);
  }
  return history;
}

void write_row(float last, std::uint64_t history, float* row) {
  row[0] = last;
  row[1] = static_cast<float>(history >> 44);  // whole numbers that float32 holds
  row[2] = static_cast<float>(history >> 24 & 0xFFFFF);
}

/// Mostly one successor for each token, so that texts repeat themselves; often enough another, by the whole history.
void logits_of_row(const float* row, int unlike, float* logits) {
  const auto last = static_cast<std::uint64_t>(row[0]);
  const std::uint64_t history = static_cast<std::uint64_t>(row[1]) << 20 | static_cast<std::uint64_t>(row[2]);
  for (int id = 0; id < HistoryDecoder::kVocabulary; ++id) {
    const std::uint64_t noise = mixed(history * 64 + static_cast<std::uint64_t>(id));
    logits[id] = static_cast<float>(noise >> 40) * 0x1p-22F;  // 0 to 4
  }
  logits[(last * 7 + 3) % 11] += 3.2F;
  logits[HistoryDecoder::kEnd] -= 1;
  if (static_cast<int>(mixed(history) % 100) < unlike) std::rotate(logits, logits + 5, logits + HistoryDecoder::kEnd);
}

}  // namespace

std::span<const float> HistoryDecoder::hidden(std::span<const text::TokenId> tokens,
                                              std::span<const ops::AttentionSegment> segments, model::KvStore& store,
                                              std::span<const model::SequenceTraits> traits) {
  before_step(tokens.size());
  ++steps;
  tokens_run += static_cast<std::int64_t>(tokens.size());
  std::int64_t covered = 0;
  bool prompts = false;
  if (traits.size() != segments.size()) throw std::logic_error("not the traits of each segment");
  for (std::size_t s = 0; s < segments.size(); ++s) {
    const ops::AttentionSegment& segment = segments[s];
    if (segment.begin != covered || segment.length < 1) throw std::logic_error("segments do not follow one another");
    covered += segment.length;
    if (static_cast<std::int64_t>(segment.blocks.size()) * ops::kBlockTokens < segment.past + segment.length)
      throw std::logic_error("too few blocks");
    const bool decoded = segment.past >= traits[s].prompt;
    if (!decoded && segment.past + segment.length > traits[s].prompt) throw std::logic_error("a prompt ends inside");
    if (decoded && prompts) throw std::logic_error("prompts before what models wrote");
    prompts = !decoded;
    for (std::int64_t i = 0; i < segment.length; ++i) {
      const auto token = seen_by(traits[s].adapter, decoded, tokens[segment.begin + i]);
      for (int layer = 0; layer < config_.layers; ++layer) write(store.layer(layer), segment, segment.past + i, token);
    }
  }
  if (covered != static_cast<std::int64_t>(tokens.size())) throw std::logic_error("segments do not cover all tokens");
  hidden_.resize(tokens.size() * 3);
  for (std::size_t s = 0; s < segments.size(); ++s) {
    const ops::AttentionSegment& segment = segments[s];
    std::uint64_t history = history_of(store, segment, segment.past);
    for (std::int64_t i = segment.begin; i < segment.begin + segment.length; ++i) {
      history = extended(history, seen_by(traits[s].adapter, segment.past >= traits[s].prompt, tokens[i]));
      write_row(static_cast<float>(tokens[i]), history, hidden_.data() + i * 3);
    }
  }
  return hidden_;
}

void HistoryDecoder::logits(std::span<const float> hidden, std::int64_t, std::span<float> logits) {
  const std::size_t rows = hidden.size() / 3;
  if (logits.size() != rows * kVocabulary) throw std::logic_error("logits have another shape");
  most_rows = std::max<std::int64_t>(most_rows, static_cast<std::int64_t>(rows));
  for (std::size_t i = 0; i < rows; ++i) logits_of_row(hidden.data() + i * 3, unlike, logits.data() + i * kVocabulary);
}

std::vector<float> history_logits(std::span<const text::TokenId> tokens, std::size_t prompt, int adapter, int unlike) {
  std::uint64_t history = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) history = extended(history, seen_by(adapter, i >= prompt, tokens[i]));
  float row[3];
  write_row(static_cast<float>(tokens.back()), history, row);
  std::vector<float> logits(HistoryDecoder::kVocabulary);
  logits_of_row(row, unlike, logits.data());
  return logits;
}

}  // namespace llmops::test
