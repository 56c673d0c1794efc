// A line in, a line out: what the filters for scripts (`score`, `generate`) share.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/json.h"
#include "core/line_source.h"
#include "text/tokenizer.h"

namespace llmops::infer {

/// Writes one answer and flushes it. @param text  for people, without the final newline
using WriteAnswer = std::function<void(const Json& json, const std::string& text)>;

/// How a filter ended. A line that failed has its error as its answer; the others went on.
struct LinesReport {
  std::size_t lines = 0;
  std::size_t failed = 0;
};

/// {"error": {"code", "message", "hint"}}, the answer to a line that failed.
Json error_answer(const Error& error);

/// The object of a line. @throws InputError  naming the line, for what is no object or has a key not in `known`
Json parse_request(const LineSource::Line& line, const std::string& source, const std::vector<std::string>& known);

/// The token ids of "ids". @throws InputError  for what is not a list of integers
std::vector<text::TokenId> token_ids(const Json& ids, const std::string& origin);

}  // namespace llmops::infer
