// The outer layer of a SentencePiece model file (a protocol buffer), looked at before the library is.
#pragma once

#include <string>
#include <string_view>

namespace llmops::text {

/// Walks the fields: lengths within the file, at least one piece, nothing else at the top. The library itself writes to
/// stderr when it meets a broken file.
/// @throws InputError  with the offset of what is wrong
void check_model_file(std::string_view model, const std::string& origin);

/// The same model with add_dummy_prefix off. A later field of the same message overrides an earlier one.
std::string without_dummy_prefix(const std::string& model);

}  // namespace llmops::text
