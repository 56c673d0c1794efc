// A line of JSON to a request for the engine.
#pragma once

#include "infer/engine.h"
#include "infer/generate_lines.h"

namespace llmops::infer {

/// @throws InputError  naming the line and the key
GenerateRequest read_generate_request(const Engine& engine, const LineSource::Line& line, const std::string& source,
                                      const GenerateLinesOptions& options);

}  // namespace llmops::infer
