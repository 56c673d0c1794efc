// A program of the user's that has the last word on each generated record.
#pragma once

#include <chrono>
#include <string>

#include "core/json.h"

namespace llmops::data {

/// Runs `command` by the shell with the record as one JSON line on its standard input. Exit code 0 accepts the record,
/// unless the first line it prints is {"ok": false}; any other rejects it. {"reason": "..."} says why.
/// @returns "" where the record is accepted, else "validator", "validator_timeout" or "validator: REASON"
/// @throws NotFoundError  when the shell does not find it; Interrupted
std::string ask_validator(const std::string& command, const Json& record,
                          std::chrono::seconds timeout = std::chrono::seconds(60));

}  // namespace llmops::data
