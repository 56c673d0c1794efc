// Tokens together, through the decoder, logits a few rows at a time.
#include "infer/step_runner.h"

#include <algorithm>
#include <mutex>

namespace llmops::infer {
namespace {

/// Logits at once: enough rows that the head's weights are worth reading, and never those of all tokens.
constexpr std::size_t kLogitsBytes = 32 << 20;
constexpr std::size_t kFewestRows = 16;

}  // namespace

/// The first message of each piece that failed. Threads write to it.
struct StepRunner::Failure {
  explicit Failure(std::size_t pieces) : messages(pieces) {}

  void add(std::size_t piece, const char* message) {
    const std::lock_guard lock(mutex);
    if (messages[piece].empty()) messages[piece] = message;
  }

  std::mutex mutex;
  std::vector<std::string> messages;  ///< "" for none
};

StepRunner::StepRunner(model::InferenceDecoder& decoder, model::KvStore& store) : decoder_(decoder), store_(store) {}

void StepRunner::add_segment(std::span<const StepPiece> pieces, std::size_t piece, std::int64_t begin,
                             std::int64_t end) {
  if (begin >= end) return;
  const StepMember& member = *pieces[piece].member;
  const auto tokens = member.tokens().subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
  for (std::int64_t at = std::max(begin, member.wanted_from()); at < end; ++at) {
    rows_.push_back({piece, at, tokens_.size() + static_cast<std::size_t>(at - begin)});
  }
  segments_.push_back({static_cast<std::int64_t>(tokens_.size()), end - begin, begin, member.table().blocks()});
  traits_.push_back(member.traits());
  tokens_.insert(tokens_.end(), tokens.begin(), tokens.end());
}

void StepRunner::gather(std::span<const StepPiece> pieces) {
  tokens_.clear();
  segments_.clear();
  traits_.clear();
  rows_.clear();
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    add_segment(pieces, i, std::max(pieces[i].begin, pieces[i].member->traits().prompt), pieces[i].end);
  }
  decoded_rows_ = rows_.size();
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    add_segment(pieces, i, pieces[i].begin, std::min(pieces[i].end, pieces[i].member->traits().prompt));
  }
}

void StepRunner::run_decoder() {
  const std::span<const float> hidden = decoder_.hidden(tokens_, segments_, store_, traits_);  // (N, C)
  const auto width = static_cast<std::size_t>(decoder_.config().hidden_size);
  wanted_.resize(rows_.size() * width);
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    std::copy_n(hidden.data() + rows_[i].token * width, width, wanted_.data() + i * width);
  }
}

void StepRunner::give_logits(std::span<const StepPiece> pieces, std::size_t begin, std::size_t end, Failure& failure) {
  const auto width = static_cast<std::size_t>(decoder_.config().hidden_size);
  const auto vocabulary = static_cast<std::size_t>(decoder_.config().vocab_size);
  logits_.resize(std::max(logits_.size(), (end - begin) * vocabulary));
  const std::size_t decoded = std::clamp(decoded_rows_, begin, end) - begin;
  decoder_.logits(std::span(wanted_).subspan(begin * width, (end - begin) * width), static_cast<std::int64_t>(decoded),
                  std::span(logits_).first((end - begin) * vocabulary));
  tasks_.clear();
  for (std::size_t i = begin; i < end; ++i) {
    const bool follows = i > begin && rows_[i].piece == rows_[i - 1].piece;
    if (!follows || !pieces[rows_[i].piece].member->in_order()) tasks_.push_back(i);
  }
  tasks_.push_back(end);
  decoder_.pool().run(static_cast<std::int64_t>(tasks_.size()) - 1, [&](std::int64_t task, int) {
    for (std::size_t i = tasks_[task]; i < tasks_[task + 1]; ++i) {
      const auto [piece, position, token] = rows_[i];
      try {
        pieces[piece].member->take_logits(position, std::span(logits_).subspan((i - begin) * vocabulary, vocabulary));
      } catch (const std::exception& error) {
        failure.add(piece, error.what());
      }
    }
  });
}

void StepRunner::run(std::span<const StepPiece> pieces) {
  gather(pieces);
  run_decoder();
  const auto vocabulary = static_cast<std::size_t>(decoder_.config().vocab_size);
  const std::size_t chunk = std::max(kFewestRows, kLogitsBytes / (vocabulary * sizeof(float)));
  Failure failure(pieces.size());
  for (std::size_t begin = 0; begin < rows_.size(); begin += chunk)
    give_logits(pieces, begin, std::min(begin + chunk, rows_.size()), failure);
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    StepMember& member = *pieces[i].member;
    if (!failure.messages[i].empty()) {
      member.fail(failure.messages[i]);
      continue;
    }
    try {
      member.finish_step(pieces[i].end);
    } catch (const std::exception& error) {  // e.g. of a callback
      member.fail(error.what());
    }
  }
}

}  // namespace llmops::infer
