// Trains a tokenizer.
#include "train/train_tokenizer.h"

#include <fmt/format.h>

#include <chrono>

#include "core/error.h"
#include "core/files.h"
#include "text/normalize/normalizer.h"
#include "text/training/word_counter.h"
#include "train/tokenizer_folder.h"

namespace llmops::train {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

text::WordCounts count_words(const TrainTokenizerOptions& options, const TokenizerPlan& plan, TextTotals& totals,
                             Progress& progress) {
  const text::WordSplitter splitter = text::make_word_splitter(plan.pre_tokenizer, "pre-tokenizer");
  const auto normalizer = text::make_normalizer(plan.normalizer, "normalizer");
  text::WordCounter counter(splitter, normalizer.get(), options.threads);
  totals = read_tokenizer_texts(options.texts, [&](std::string_view text) { counter.add(text); }, progress);
  return counter.finish();
}

}  // namespace

Json TrainTokenizerOptions::json() const {
  Json inputs = Json::array();
  for (const fs::path& input : texts.inputs) inputs.push_back(input.string());
  return {{"inputs", inputs},
          {"split", texts.split},
          {"lines", texts.lines},
          {"text_field", texts.text_field},
          {"pre_tokenizer", tokenizer.pre_tokenizer},
          {"normalizer", tokenizer.normalizer},
          {"chat", tokenizer.chat},
          {"special", tokenizer.special},
          {"vocab_size", vocab_size},
          {"min_frequency", min_frequency},
          {"max_token_length", max_token_length},
          {"output", output}};
}

Json TrainTokenizerReport::json() const {
  return {{"tokenizer", output},
          {"vocab_size", vocab_size},
          {"merges", merges},
          {"special_tokens", special_tokens},
          {"files", texts.files},
          {"records", texts.records},
          {"bytes", texts.bytes},
          {"words", words},
          {"distinct_words", distinct_words},
          {"bytes_per_token", bytes_per_token},
          {"fingerprint", fingerprint},
          {"read_s", read_s},
          {"learn_s", learn_s},
          {"wall_s", read_s + learn_s}};
}

TrainTokenizerReport train_tokenizer(const TrainTokenizerOptions& options, Progress& progress) {
  const TokenizerPlan plan = plan_tokenizer(options.tokenizer);
  text::BpeTrainingOptions learning{options.vocab_size, options.min_frequency, options.max_token_length, plan.special};
  text::check_vocab_size(learning);
  AtomicDirectory folder(options.output, /*replace=*/false);
  TrainTokenizerReport report;
  report.output = options.output;
  const auto start = Clock::now();
  const text::WordCounts words = count_words(options, plan, report.texts, progress);
  if (words.size() == 0) throw InputError("the inputs hold no text", "give files that are not empty");
  report.read_s = seconds_since(start);
  report.words = words.total();
  report.distinct_words = words.size();
  const auto learning_start = Clock::now();
  const text::LearntBpe learnt = text::learn_bpe(words, learning, progress);
  report.learn_s = seconds_since(learning_start);
  report.vocab_size = learnt.tokens.size();
  report.merges = learnt.merges.size();
  report.special_tokens = plan.special.size();
  report.bytes_per_token = static_cast<double>(report.texts.bytes) / static_cast<double>(learnt.tokens_in_corpus);
  write_tokenizer(folder.path(), plan, learnt);
  report.fingerprint = text::load_tokenizer(folder.path())->fingerprint();
  folder.commit();
  return report;
}

}  // namespace llmops::train
