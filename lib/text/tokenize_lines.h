// Lines of texts to ids, or of ids to texts, as they arrive.
#pragma once

#include <functional>

#include "core/line_source.h"
#include "text/tokenize_report.h"

namespace llmops::text {

struct TokenizeLinesOptions {
  bool decode = false;      ///< lines are ids (parse_ids.h)
  bool add_special = true;  ///< what the tokenizer puts around a text; when decoding, special tokens are shown
  int threads = 0;          ///< 0: all processors
};

/// One report for each line, in order.
/// @throws InputError  naming the line that is wrong, once those before it are reported; Interrupted
void tokenize_lines(const Tokenizer& tokenizer, LineSource& lines, const TokenizeLinesOptions& options,
                    const std::function<void(const TokenizeReport&)>& write);

}  // namespace llmops::text
