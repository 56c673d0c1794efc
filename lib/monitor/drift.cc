// Whether prompts changed in length against a reference window.
#include "monitor/drift.h"

#include <algorithm>

#include "monitor/statistics.h"
#include "monitor/traffic.h"

namespace llmops::monitor {
namespace {

std::vector<double> sorted_lengths(const std::vector<registry::ServedRequest>& requests) {
  std::vector<double> lengths;
  for (const auto& request : requests) {
    if (has_prompt_tokens(request)) lengths.push_back(request.prompt_tokens);
  }
  std::sort(lengths.begin(), lengths.end());
  return lengths;
}

std::vector<DriftBin> make_bins(const std::vector<double>& reference, const std::vector<double>& current,
                                const DriftOptions& options) {
  const std::vector<double> edges = quantile_edges(reference, options.bins);
  const auto before = count_bins(reference, edges);
  const auto now = count_bins(current, edges);
  const auto before_shares = smoothed_shares(before, options.smoothing);
  const auto now_shares = smoothed_shares(now, options.smoothing);
  std::vector<DriftBin> bins(before.size());
  for (std::size_t i = 0; i < bins.size(); ++i) {
    DriftBin& bin = bins[i];
    bin.above = i == 0 ? 0 : edges[i - 1];
    if (i < edges.size()) bin.up_to = edges[i];
    bin.reference = before[i];
    bin.current = now[i];
    bin.reference_share = before_shares[i];
    bin.current_share = now_shares[i];
    bin.psi = population_stability_index({&before_shares[i], 1}, {&now_shares[i], 1});
    bin.moved = bin.psi > options.moved_psi;
  }
  return bins;
}

void add_examples(Drift& drift, const std::vector<registry::ServedRequest>& current) {
  std::vector<double> edges;
  for (const DriftBin& bin : drift.bins) {
    if (bin.up_to) edges.push_back(*bin.up_to);
  }
  for (const auto& request : current) {
    if (!has_prompt_tokens(request)) continue;
    DriftBin& bin = drift.bins[bin_of(request.prompt_tokens, edges)];
    if (bin.moved && bin.examples.size() < drift.options.examples) bin.examples.push_back(request.id);
  }
}

Json bin_json(const DriftBin& bin) {
  return {{"above", bin.above},
          {"up_to", bin.up_to ? Json(*bin.up_to) : Json(nullptr)},
          {"reference", bin.reference},
          {"current", bin.current},
          {"reference_share", bin.reference_share},
          {"current_share", bin.current_share},
          {"psi", bin.psi},
          {"moved", bin.moved},
          {"examples", bin.examples}};
}

}  // namespace

std::string Drift::severity() const { return psi >= 0.25 ? "severe" : psi >= 0.1 ? "moderate" : "none"; }

Drift measure_prompt_drift(const std::vector<registry::ServedRequest>& reference,
                           const std::vector<registry::ServedRequest>& current, const DriftOptions& options) {
  const std::vector<double> before = sorted_lengths(reference);
  const std::vector<double> now = sorted_lengths(current);
  Drift drift;
  drift.options = options;
  drift.reference_requests = before.size();
  drift.current_requests = now.size();
  if (before.empty()) return drift;
  drift.status = "not enough data";
  if (std::min(before.size(), now.size()) < std::max<std::size_t>(1, options.min_requests)) return drift;
  drift.status = "measured";
  drift.bins = make_bins(before, now, options);
  for (const DriftBin& bin : drift.bins) drift.psi += bin.psi;
  drift.expected_psi = static_cast<double>(drift.bins.size() - 1) *
                       (1 / static_cast<double>(before.size()) + 1 / static_cast<double>(now.size()));
  const auto test = kolmogorov_smirnov(before, now);
  drift.ks_statistic = test.statistic;
  drift.ks_p_value = test.p_value;
  add_examples(drift, current);
  return drift;
}

Json to_json(const Drift& drift) {
  Json json{{"measure", "prompt_tokens"},
            {"status", drift.status},
            {"reference_requests", drift.reference_requests},
            {"current_requests", drift.current_requests},
            {"min_requests", drift.options.min_requests},
            {"smoothing", drift.options.smoothing}};
  if (!drift.measured()) return json;
  json["psi"] = drift.psi;
  json["expected_psi"] = drift.expected_psi;
  json["severity"] = drift.severity();
  json["ks_statistic"] = drift.ks_statistic;
  json["ks_p_value"] = drift.ks_p_value;
  json["number_of_bins"] = drift.bins.size();
  json["bins"] = Json::array();
  for (const DriftBin& bin : drift.bins) json["bins"].push_back(bin_json(bin));
  return json;
}

}  // namespace llmops::monitor
