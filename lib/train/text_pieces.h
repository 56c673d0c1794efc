// A text file in pieces, cut where no word is.
#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

namespace llmops::train {

/// Calls `sink` with the file piece by piece, without a byte order mark. Holds about a MiB, or as much as stands
/// between two places to cut, at most 64 MiB, behind which it cuts where it is.
/// @param file   "-" is standard input
/// @param lines  each line with its end is a piece
/// @throws NotFoundError, SystemError, InputError (the line that is not UTF-8)
void read_text_pieces(const std::filesystem::path& file, bool lines, const std::function<void(std::string_view)>& sink);

}  // namespace llmops::train
