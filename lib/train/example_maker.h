// Records to token sequences with their mask.
#pragma once

#include <memory>

#include "text/chat_template.h"
#include "text/tokenizer.h"
#include "train/chat_mask.h"
#include "train/example.h"
#include "train/preference_record.h"

namespace llmops::train {

struct ExampleOptions {
  int sequence_len = 512;        ///< tokens; longer ones are cut on the right, but plain texts into pieces
  bool train_on_inputs = false;  ///< supervise the prompt too
};

/// What became of the records of one set.
struct ExampleCounts {
  std::int64_t records = 0;
  std::int64_t cut = 0;           ///< longer than sequence_len; kept, without their end
  std::int64_t unsupervised = 0;  ///< dropped: nothing to learn in what is left
  std::int64_t examples = 0;      ///< kept
  std::int64_t tokens = 0;        ///< of those kept
  std::int64_t supervised_tokens = 0;
  std::int64_t longest = 0;  ///< tokens, before cutting
  Json json() const;
};

/// Immutable but for the counts; the tokenizer and template outlive it.
class ExampleMaker {
 public:
  /// @param chat_template  null for a model without one: chat records are then an error
  ExampleMaker(const text::Tokenizer& tokenizer, const text::ChatTemplate* chat_template, ExampleOptions options);

  /// Chat: the template's text is tokenized without adding special tokens, so that BOS never doubles; the assistant's
  /// turns and the markers that end them are supervised, or what `chat` says. Completion: special tokens are added and
  /// the end-of-text token is appended and supervised; a text without a prompt that is longer than sequence_len becomes
  /// several examples, as axolotl has it.
  /// @returns none where nothing supervised is left
  /// @throws InputError  naming the record
  std::vector<Example> make(RecordForm form, const Record& record, ExampleCounts& counts,
                            const ChatData& chat = {}) const;

  /// An answer alone is supervised, whatever train_on_inputs says. Nothing is cut or counted.
  /// @param origin  of the record, for errors
  Example make_answer(const Answer& answer, const std::string& origin) const;
  /// @returns false, and counts it, where nothing supervised is left
  bool cut(Example& example, ExampleCounts& counts) const;

 private:
  Example chat_example(const Conversation& conversation, const ChatData& data, const ChatMaskOptions& options,
                       const std::string& origin) const;
  Example completion_example(const Completion& parts) const;
  /// Of at most sequence_len tokens, one after another.
  std::vector<Example> pieces(const Example& example) const;
  /// Uncut, but for plain texts.
  std::vector<Example> examples_of(RecordForm form, const Record& record, const ChatData& chat) const;

  const text::Tokenizer& tokenizer_;
  const text::ChatTemplate* template_;
  ExampleOptions options_;
};

}  // namespace llmops::train
