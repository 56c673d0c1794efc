#include "quant/compare_models.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>

#include "core/cancel.h"
#include "core/error.h"
#include "core/files.h"
#include "model/checkpoint.h"
#include "model/inspect.h"
#include "quant/weight_source.h"

namespace llmops::quant {
namespace {

/// A tensor of one side.
struct Side {
  std::string type;  ///< "BF16"; "" where it is seen under another format's names
  std::vector<std::int64_t> shape;
  std::span<const std::byte> bytes;  ///< as stored; empty where seen otherwise
  std::function<std::vector<float>()> read;

  std::string text() const { return fmt::format("{}{}{}", type, type.empty() ? "" : " ", model::shape_text(shape)); }
};
using Sides = std::map<std::string, Side>;

Sides as_stored(const model::Checkpoint& file) {
  Sides sides;
  for (const model::TensorView& view : file.tensors()) {
    sides[view.name] = {model::dtype_name(view.dtype), view.shape, view.bytes,
                        [file, view] { return model::to_float32(view); }};
  }
  return sides;
}

Sides as_hugging_face(const std::string& path) {
  Sides sides;
  const WeightSource source = open_weights(path);
  for (const model::ExpectedTensor& expected : model::expected_tensors(source.config)) {
    sides[expected.name] = {"", expected.shape, {}, [source, expected] { return source.read(expected); }};
  }
  return sides;
}

void measure(const std::vector<float>& before, const std::vector<float>& after, TensorDifference& difference) {
  double sum_abs = 0, sum_squares = 0, before_squares = 0, after_squares = 0, product = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const double a = before[i], b = after[i];
    const double apart = a == b || (std::isnan(a) && std::isnan(b)) ? 0 : std::fabs(b - a);
    difference.max_abs =
        std::isnan(apart) ? std::numeric_limits<double>::infinity() : std::max(difference.max_abs, apart);
    sum_abs += apart;
    sum_squares += apart * apart;
    before_squares += a * a;
    after_squares += b * b;
    product += a * b;
  }
  if (before.empty() || difference.max_abs == 0) return;
  difference.mean_abs = sum_abs / static_cast<double>(before.size());
  difference.relative_l2 =
      before_squares > 0 ? std::sqrt(sum_squares / before_squares) : std::numeric_limits<double>::infinity();
  const double norms = std::sqrt(before_squares) * std::sqrt(after_squares);
  difference.cosine = norms > 0 ? product / norms : 0;
}

bool same_bytes(const Side& before, const Side& after) {
  return !before.type.empty() && before.type == after.type && before.shape == after.shape &&
         std::equal(before.bytes.begin(), before.bytes.end(), after.bytes.begin(), after.bytes.end());
}

/// Nothing where both are equal.
std::optional<TensorDifference> compare(const std::string& name, const Side& before, const Side& after) {
  if (same_bytes(before, after)) return std::nullopt;
  TensorDifference difference{name, "", before.text(), after.text()};
  if (before.shape != after.shape) {
    difference.kind = "shape";
    return difference;
  }
  measure(before.read(), after.read(), difference);
  if (difference.max_abs == 0 && before.type == after.type) return std::nullopt;
  difference.kind = difference.max_abs == 0 ? "type" : "values";
  return difference;
}

/// What is missing or of another shape first, then by relative difference.
bool is_larger(const TensorDifference& a, const TensorDifference& b) {
  const auto rank = [](const TensorDifference& d) { return d.kind == "values" ? 1 : d.kind == "type" ? 2 : 0; };
  if (rank(a) != rank(b)) return rank(a) < rank(b);
  return a.relative_l2 != b.relative_l2 ? a.relative_l2 > b.relative_l2 : a.name < b.name;
}

void compare_tensors(const Sides& before, const Sides& after, ModelComparison& found, Progress& progress) {
  progress.start("comparing", before.size(), "tensors");
  std::uint64_t done = 0;
  for (const auto& [name, side] : before) {
    throw_if_cancelled();
    progress.update(++done);
    const auto other = after.find(name);
    if (other == after.end()) {
      found.tensors.push_back({name, "only before", side.text(), ""});
    } else if (auto difference = compare(name, side, other->second)) {
      found.tensors.push_back(std::move(*difference));
    } else {
      ++found.equal;
    }
  }
  for (const auto& [name, side] : after) {
    if (!before.contains(name)) found.tensors.push_back({name, "only after", "", side.text()});
  }
  progress.finish();
  std::sort(found.tensors.begin(), found.tensors.end(), is_larger);
}

/// config.json of a folder; of a GGUF file what it would be, where its metadata is that of the other.
Json settings_of(const std::string& path, bool as_config) {
  const auto found = model::inspect(path, /*hashes=*/false);
  if (found.format != "gguf") return found.config.empty() ? found.metadata : found.config;
  return as_config ? model::model_config_json(open_weights(path).config) : found.metadata;
}

}  // namespace

ModelComparison compare_models(const std::string& before, const std::string& after, Progress& progress) {
  const auto first = model::Checkpoint::open(before), second = model::Checkpoint::open(after);
  const bool mixed = (first.format() == "gguf") != (second.format() == "gguf");
  ModelComparison found;
  found.settings = registry::diff_named(registry::flatten_json(settings_of(before, mixed)),
                                        registry::flatten_json(settings_of(after, mixed)));
  if (mixed) {
    compare_tensors(as_hugging_face(before), as_hugging_face(after), found, progress);
  } else {
    compare_tensors(as_stored(first), as_stored(second), found, progress);
  }
  return found;
}

}  // namespace llmops::quant
