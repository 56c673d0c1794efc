// What `llmops serve` recorded, as conversations to train or test on.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "data/tables/table_reader.h"

namespace llmops::data {

struct RequestSpec {
  std::filesystem::path registry;      ///< its file
  std::string model;                   ///< as the clients named it; "": any
  std::string since, until;            ///< UTC, "2026-03-01" or longer; `until` is not included; "" is open
  std::optional<double> min_feedback;  ///< refused as long as the registry keeps no feedback
};

/// Rows {"id", "messages", "model", "model_sha256", "prompt", "started_at"}, oldest first, of requests that were
/// answered and whose content was recorded: the turns of the request, and the answer as the assistant's last one. A
/// prompt of /v1/completions is the user's turn. Of several choices the first counts. `messages` is null where a
/// request holds no text (images, token ids), so that who reads the rows counts it among the rejected.
/// @throws NotFoundError (no registry); UsageError (`min_feedback`); InputError
std::unique_ptr<TableReader> open_requests(const RequestSpec& spec);

}  // namespace llmops::data
