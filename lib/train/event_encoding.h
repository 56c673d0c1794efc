// The bytes of TensorBoard's event files: Event messages (protobuf) in TFRecord frames; docs/formats/tensorboard.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace llmops::train {

// Times are seconds since 1970.

/// What a file begins with.
std::string file_version_event(double wall_time);
/// A session that starts at `step`: readers drop what earlier files of the folder tell of this step and later ones.
std::string session_start_event(double wall_time, std::int64_t step);
/// Values are kept as float32.
std::string scalars_event(double wall_time, std::int64_t step,
                          const std::vector<std::pair<std::string, double>>& scalars);

/// An event as it stands in a file: its length and itself, each with a checksum.
std::string framed_event(std::string_view event);

}  // namespace llmops::train
