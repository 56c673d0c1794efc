// The device's choice of tokens against one written out with a sort, and against the CPU's sampler.
#include "cuda/sampling.h"

#include <algorithm>
#include <numeric>

#include "core/error.h"
#include "cuda/philox.h"
#include "cuda/sampling_weights.h"
#include "infer/sampler.h"
#include "support/device_vector.h"

using namespace llmops;

namespace {

/// The kept tokens in their order, by sorting all.
std::vector<int> kept_tokens(const std::vector<float>& logits, const cuda::SamplingRow& options,
                             const std::vector<std::uint64_t>& weights) {
  std::vector<int> order;
  for (int t = 0; t < static_cast<int>(logits.size()); ++t) {
    if (logits[static_cast<std::size_t>(t)] > -INFINITY) order.push_back(t);
  }
  const auto logit = [&](int t) { return logits[static_cast<std::size_t>(t)]; };
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return logit(a) > logit(b); });
  if (options.top_k > 0 && order.size() > static_cast<std::size_t>(options.top_k))
    order.resize(static_cast<std::size_t>(options.top_k));
  if (options.min_p > 0) {
    const float cut = logit(order.front()) + options.temperature * std::log(options.min_p);
    std::erase_if(order, [&](int t) { return logit(t) < cut; });
  }
  if (options.top_p < 1) {
    std::uint64_t total = 0, sum = 0;
    for (const int t : order) total += weights[static_cast<std::size_t>(t)];
    const double wanted = std::max(1.0, std::ceil(double{options.top_p} * static_cast<double>(total)));
    std::size_t count = 0;
    while (static_cast<double>(sum) < wanted) sum += weights[static_cast<std::size_t>(order[count++])];
    order.resize(count);
  }
  std::sort(order.begin(), order.end());
  return order;
}

int plain_choice(const std::vector<float>& logits, const cuda::SamplingRow& options) {
  const float highest = *std::max_element(logits.begin(), logits.end());
  std::vector<std::uint64_t> weights;
  for (const float logit : logits)
    weights.push_back(
        static_cast<std::uint64_t>(std::exp((logit - highest) * (1 / options.temperature)) * cuda::kFullWeight + 0.5F));
  const std::vector<int> kept = kept_tokens(logits, options, weights);
  std::uint64_t total = 0;
  for (const int t : kept) total += weights[static_cast<std::size_t>(t)];
  auto place = static_cast<std::uint64_t>(
      (static_cast<unsigned __int128>(cuda::philox(options.seed, options.draw)) * total) >> 64);
  for (const int t : kept) {
    if (place < weights[static_cast<std::size_t>(t)]) return t;
    place -= weights[static_cast<std::size_t>(t)];
  }
  return cuda::kNoToken;
}

std::vector<std::int32_t> device_choices(const std::vector<float>& logits, std::int32_t vocabulary,
                                         const std::vector<cuda::SamplingRow>& rows,
                                         const std::vector<std::uint32_t>& allowed = {}) {
  const DeviceVector<float> device_logits(logits);
  const DeviceVector<cuda::SamplingRow> device_rows(rows);
  const DeviceVector<std::uint32_t> mask(allowed);
  const DeviceVector<std::int32_t> tokens(std::vector<std::int32_t>(rows.size(), -7));
  cuda::sample({device_logits.data(), static_cast<std::int64_t>(logits.size() / std::max<std::size_t>(1, rows.size())),
                vocabulary, allowed.empty() ? nullptr : mask.data()},
               device_rows.data(), tokens.data(), static_cast<std::int64_t>(rows.size()), nullptr);
  return tokens.host();
}

/// @param grid  logits are multiples of it, so that many are equal
std::vector<float> random_logits(std::size_t count, float grid, std::mt19937& random) {
  std::normal_distribution<float> normal(0, 3);
  std::vector<float> logits(count);
  for (float& logit : logits) logit = std::round(normal(random) / grid) * grid;
  return logits;
}

}  // namespace

TEST_CASE("choices on the GPU are those of a sort", "[cuda]") {
  if (no_device()) return;
  std::mt19937 random(11);
  const cuda::SamplingRow all[] = {{1, 1, 0, 0, 0, 0},      {0.7F, 0.9F, 0, 0, 0, 0}, {1.3F, 1, 0.05F, 0, 0, 0},
                                   {1, 1, 0, 5, 0, 0},      {2, 0.5F, 0, 40, 0, 0},   {1, 0.95F, 0.02F, 17, 0, 0},
                                   {1, 0.001F, 0, 0, 0, 0}, {1, 1, 1, 0, 0, 0},       {0.01F, 0.99F, 0, 3, 0, 0}};
  for (const std::int32_t vocabulary : {1, 33, 5003}) {
    for (const float grid : {1e-3F, 0.5F}) {
      std::vector<cuda::SamplingRow> rows;
      std::vector<float> logits;
      for (const cuda::SamplingRow& options : all) {
        rows.push_back(options);
        rows.back().seed = random();
        rows.back().draw = random() % 1000;
        const auto row = random_logits(static_cast<std::size_t>(vocabulary), grid, random);
        logits.insert(logits.end(), row.begin(), row.end());
      }
      const std::vector<std::int32_t> found = device_choices(logits, vocabulary, rows);
      int different = 0;
      for (std::size_t n = 0; n < rows.size(); ++n) {
        const auto begin = logits.begin() + static_cast<std::ptrdiff_t>(n) * vocabulary;
        different += found[n] != plain_choice({begin, begin + vocabulary}, rows[n]) ? 1 : 0;
      }
      INFO("vocabulary " << vocabulary << ", grid " << grid);
      // The device's exponential differs from the host's in a last bit, which moves a boundary once in a million draws.
      CHECK(different == 0);
    }
  }
}

TEST_CASE("greedy choices on the GPU take the first of the likeliest", "[cuda]") {
  if (no_device()) return;
  std::vector<float> logits = {-1, 4, 2, 4, -0.0F, 0, -INFINITY, -0.0F, -3};
  const cuda::SamplingRow greedy{0, 1, 0, 0, 0, 0};
  CHECK(device_choices(logits, 4, {greedy}) == std::vector<std::int32_t>{1});
  logits = {-1, -0.0F, 0, -5};
  CHECK(device_choices(logits, 4, {greedy}) == std::vector<std::int32_t>{1});
}

TEST_CASE("of equal logits the GPU keeps the first, across its warps and their parts", "[cuda]") {
  if (no_device()) return;
  std::vector<float> row(5003, 1.5F);
  for (std::size_t t = 0; t < row.size(); t += 7) row[t] = t % 3 == 0 ? 1.75F : -2;
  std::vector<cuda::SamplingRow> rows;
  std::vector<float> logits;
  const cuda::SamplingRow all[] = {{1, 1, 0, 290, 0, 0},
                                   {1, 1, 0, 2000, 0, 0},
                                   {1, 0.7F, 0, 600, 0, 0},
                                   {1, 0.9F, 0, 3000, 0, 0},
                                   {1, 0.6F, 0, 0, 0, 0}};
  for (std::uint64_t draw = 0; draw < 12; ++draw) {
    for (const cuda::SamplingRow& options : all) {
      rows.push_back(options);
      rows.back().draw = draw;
      logits.insert(logits.end(), row.begin(), row.end());
    }
  }
  const std::vector<std::int32_t> found = device_choices(logits, 5003, rows);
  for (std::size_t n = 0; n < rows.size(); ++n) {
    INFO("top-k " << rows[n].top_k << ", top-p " << rows[n].top_p);
    CHECK(found[n] == plain_choice(row, rows[n]));
  }
}

TEST_CASE("a mask forbids tokens on the GPU", "[cuda]") {
  if (no_device()) return;
  std::vector<cuda::SamplingRow> rows;
  std::vector<float> logits;
  for (std::uint64_t draw = 0; draw < 40; ++draw) {
    rows.push_back({draw % 2 == 0 ? 0.0F : 3.0F, 0.9F, 0, 4, 1, draw});
    for (int t = 0; t < 70; ++t) logits.push_back(static_cast<float>(t % 9));
  }
  std::vector<std::uint32_t> allowed(rows.size() * 3);
  for (std::size_t n = 0; n < rows.size(); ++n) allowed[3 * n + 1] = 0x0000f000, allowed[3 * n + 2] = 0x2;
  allowed[3] = allowed[4] = allowed[5] = 0;
  const std::vector<std::int32_t> found = device_choices(logits, 70, rows, allowed);
  CHECK(found[1] == cuda::kNoToken);
  for (std::size_t n = 0; n < rows.size(); ++n) {
    if (n == 1) continue;
    CHECK((found[n] == 65 || (found[n] >= 44 && found[n] < 48)));
  }
}

TEST_CASE("logits that are no numbers give no token", "[cuda]") {
  if (no_device()) return;
  for (const float temperature : {0.0F, 1.0F}) {
    for (const float bad : {NAN, INFINITY}) {
      std::vector<float> logits(100, 1.0F);
      logits[77] = bad;
      CHECK(device_choices(logits, 100, {{temperature, 1, 0, 0, 0, 0}})[0] == cuda::kNoToken);
    }
    CHECK(device_choices(std::vector<float>(5, -INFINITY), 5, {{temperature, 1, 0, 0, 0, 0}})[0] == cuda::kNoToken);
  }
  CHECK_THROWS_AS(cuda::sample({nullptr, 0, cuda::kMostVocabulary + 1}, nullptr, nullptr, 1, nullptr), InputError);
}

TEST_CASE("the GPU draws tokens as often as the CPU's sampler", "[cuda]") {
  if (no_device()) return;
  std::mt19937 random(12);
  const std::vector<float> logits = random_logits(50, 1e-3F, random);
  constexpr int kDraws = 200;
  infer::SamplingOptions options;
  options.temperature = 1.5;
  options.top_k = 8;
  options.top_p = 0.9;
  infer::Sampler sampler(options);
  std::vector<cuda::SamplingRow> rows;
  std::vector<float> repeated;
  std::vector<int> host(50), device(50);
  for (int i = 0; i < kDraws; ++i) {
    std::vector<float> copy = logits;
    ++host[static_cast<std::size_t>(sampler.sample(copy).id)];
    rows.push_back({1.5F, 0.9F, 0, 8, 99, static_cast<std::uint64_t>(i)});
    repeated.insert(repeated.end(), logits.begin(), logits.end());
  }
  for (const std::int32_t token : device_choices(repeated, 50, rows)) ++device[static_cast<std::size_t>(token)];
  for (std::size_t t = 0; t < 50; ++t) {
    CHECK((host[t] == 0) == (device[t] == 0));  // each kept token has over 1 % of the weight
    CHECK(std::abs(host[t] - device[t]) < 5 * std::sqrt(host[t] + device[t] + 1));
  }
}
