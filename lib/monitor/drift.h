// Whether prompts changed in length against a reference window.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/json.h"
#include "registry/requests.h"

namespace llmops::monitor {

struct DriftOptions {
  int bins = 10;                  ///< at most; equal shares of the reference
  double smoothing = 0.5;         ///< requests added to each bin of both windows
  std::size_t min_requests = 20;  ///< in each window, for any verdict
  std::size_t examples = 3;       ///< request ids shown for each bin that moved
  double moved_psi = 0.01;        ///< a bin whose own share of the PSI is above this has moved
};

struct DriftBin {
  double above = 0;             ///< the bin holds (above, up_to]
  std::optional<double> up_to;  ///< none: open
  std::size_t reference = 0;    ///< requests
  std::size_t current = 0;
  double reference_share = 0;  ///< smoothed
  double current_share = 0;
  double psi = 0;  ///< this bin's term
  bool moved = false;
  std::vector<std::string> examples;  ///< ids of current requests in it
};

/// "measured", "not enough data" or "no reference".
struct Drift {
  std::string status = "no reference";
  std::size_t reference_requests = 0;
  std::size_t current_requests = 0;
  DriftOptions options;
  // Only when measured:
  double psi = 0;
  double expected_psi = 0;  ///< with no drift at all: about (B-1)(1/N + 1/M)
  double ks_statistic = 0;
  double ks_p_value = 1;
  std::vector<DriftBin> bins;

  bool measured() const { return status == "measured"; }
  /// "none", "moderate" (0.1) or "severe" (0.25), by the usual thresholds of the PSI.
  std::string severity() const;
};

/// Drift of prompt_tokens. Requests whose prompt never was tokenized are left out of both windows.
Drift measure_prompt_drift(const std::vector<registry::ServedRequest>& reference,
                           const std::vector<registry::ServedRequest>& current, const DriftOptions& options);

Json to_json(const Drift& drift);

}  // namespace llmops::monitor
