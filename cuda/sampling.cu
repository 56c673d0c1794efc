// A block chooses one row's token. The row is read from the cache a few times; sums and histograms are of integers.
#include "cuda/sampling.h"

#include <string>

#include "core/error.h"
#include "cuda/philox.h"
#include "cuda/sampling_search.h"

namespace llmops::cuda {
namespace {

/// Top-k and min-p.
__device__ Kept keep_likeliest(Scratch& scratch, const Row& row, const SamplingRow& options) {
  Kept kept;
  std::uint32_t ties = 0;
  if (options.top_k > 0 && count_above(scratch, row, kForbiddenKey, ties) > static_cast<std::uint64_t>(options.top_k)) {
    std::uint64_t above = 0;
    kept.key = search(scratch, row, Kept{}, options.top_k, [](std::uint32_t) { return std::uint64_t{1}; }, above);
    kept.ties = static_cast<std::uint32_t>(options.top_k - above);
  }
  if (options.min_p > 0) {
    const float cut = row.highest + options.temperature * logf(options.min_p);
    const std::uint32_t key = order_key(__float_as_uint(cut + 0.0f));
    if (key > kept.key) {
      count_above(scratch, row, key, ties);
      kept = {key, ties};
    }
  }
  return kept;
}

/// Weights above the key and of the ties, in every thread.
__device__ std::uint64_t total_of(Scratch& scratch, const Row& row, const Kept& kept) {
  std::uint64_t sum = 0;
  for (std::int32_t t = threadIdx.x; t < row.count; t += kThreads) {
    const std::uint32_t key = row.key(t);
    if (key > kept.key) sum += row.weight(key);
  }
  sum = block_reduce(sum, std::uint64_t{0}, scratch.wide, plus);
  return kept.ties == 0 ? sum : sum + kept.ties * row.weight(kept.key);
}

/// The fewest of the likeliest of `kept` that have `top_p` of its weight.
__device__ Kept keep_nucleus(Scratch& scratch, const Row& row, const Kept& kept, float top_p) {
  const std::uint64_t total = total_of(scratch, row, kept);
  const double share = static_cast<double>(top_p) * static_cast<double>(total);
  const auto wanted = static_cast<std::uint64_t>(share < 1 ? 1 : ceil(share));
  std::uint64_t above = 0;
  const std::uint32_t key = search(
      scratch, row, kept, wanted < total ? wanted : total, [&](std::uint32_t k) { return row.weight(k); }, above);
  const std::uint64_t weight = row.weight(key), missing = (wanted < total ? wanted : total) - above;
  return {key, static_cast<std::uint32_t>((missing + weight - 1) / weight)};
}

/// The kept token at the place of `bits` among all weights, in the order of tokens. Each warp adds up a part of the
/// row, and the one in whose part the place lies goes through it.
__device__ void draw(Scratch& scratch, const Row& row, const Kept& kept, std::uint64_t bits, std::int32_t* token) {
  const int lane = threadIdx.x % kWarp, warp = threadIdx.x / kWarp;
  const std::int32_t part = (row.count + kThreads - 1) / kThreads * kWarp;  // whole words of 32 tokens
  const std::int32_t begin = warp * part, end = begin + part < row.count ? begin + part : row.count;
  const std::uint64_t tie = kept.ties == 0 ? 0 : row.weight(kept.key);
  std::uint64_t sum = 0;
  std::uint32_t ties = 0;
  for (std::int32_t t = begin + lane; t < end; t += kWarp) {
    const std::uint32_t key = row.key(t);
    if (key > kept.key) sum += row.weight(key);
    if (key == kept.key) ++ties;
  }
  sum = warp_reduce(sum, plus);
  ties = warp_reduce(ties, [](std::uint32_t a, std::uint32_t b) { return a + b; });
  __syncthreads();
  if (lane == 0) scratch.wide[warp] = sum, scratch.ties[warp] = ties;
  __syncthreads();
  std::uint64_t total = 0, before = 0;
  std::uint32_t left = kept.ties, mine = 0;  // ties that the warps from here on may keep
  for (int w = 0; w < kWarps; ++w) {
    if (w == warp) before = total, mine = left;
    const std::uint32_t kept_here = scratch.ties[w] < left ? scratch.ties[w] : left;
    total += scratch.wide[w] + kept_here * tie;
    left -= kept_here;
  }
  const std::uint64_t place = __umul64hi(bits, total);  // [0, total)
  sum += (ties < mine ? ties : mine) * tie;
  if (place < before || place - before >= sum) return;  // alike in all lanes: exactly one warp goes on
  std::uint64_t passed = before;
  for (std::int32_t first = begin; first < end; first += kWarp) {
    const std::uint32_t key = first + lane < end ? row.key(first + lane) : kForbiddenKey;
    const unsigned equal = __ballot_sync(kAllLanes, first + lane < end && key == kept.key);
    const auto rank = static_cast<std::uint32_t>(__popc(equal & ((1U << lane) - 1)));
    const bool is_tie = (equal >> lane & 1) != 0 && rank < mine;
    std::uint64_t upto = key > kept.key ? row.weight(key) : (is_tie ? tie : 0);
    for (int offset = 1; offset < kWarp; offset *= 2) {
      const std::uint64_t other = __shfl_up_sync(kAllLanes, upto, offset);
      if (lane >= offset) upto += other;
    }
    const unsigned reached = __ballot_sync(kAllLanes, passed + upto > place);
    if (reached != 0) {
      if (lane == 0) *token = first + __ffs(static_cast<int>(reached)) - 1;
      return;
    }
    passed += __shfl_sync(kAllLanes, upto, kWarp - 1);
    const auto equals = static_cast<std::uint32_t>(__popc(equal));
    mine -= equals < mine ? equals : mine;
  }
}

__global__ void __launch_bounds__(kThreads)
    sample_kernel(LogitRows logits, const SamplingRow* rows, std::int32_t* tokens) {
  __shared__ Scratch scratch;
  const SamplingRow options = rows[blockIdx.x];
  Row row{logits.logits + blockIdx.x * logits.stride, nullptr, logits.vocabulary, 0, 1 / options.temperature};
  if (logits.allowed != nullptr) row.allowed = logits.allowed + blockIdx.x * ((row.count + 31) / 32);
  std::uint32_t highest = 0, damaged = 0;
  for (std::int32_t t = threadIdx.x; t < row.count; t += kThreads) {
    highest = larger(highest, row.key(t));
    if (logits.logits[blockIdx.x * logits.stride + t] != logits.logits[blockIdx.x * logits.stride + t]) damaged = 1;
  }
  highest = block_reduce(highest, 0U, scratch.narrow, larger);
  damaged = block_reduce(damaged, 0U, scratch.narrow, larger);
  if (damaged != 0 || highest <= kForbiddenKey || highest >= order_key(0x7f800000U)) {
    if (threadIdx.x == 0) tokens[blockIdx.x] = kNoToken;
    return;
  }
  if (options.temperature < 1e-6f) {
    std::uint32_t first = 0;  // as its complement, so that the largest is the first
    for (std::int32_t t = threadIdx.x; t < row.count; t += kThreads) {
      if (row.key(t) == highest) first = larger(first, ~static_cast<std::uint32_t>(t));
    }
    first = block_reduce(first, 0U, scratch.narrow, larger);
    if (threadIdx.x == 0) tokens[blockIdx.x] = static_cast<std::int32_t>(~first);
    return;
  }
  row.highest = __uint_as_float(bits_of_key(highest));
  Kept kept = keep_likeliest(scratch, row, options);
  if (options.top_p < 1) kept = keep_nucleus(scratch, row, kept, options.top_p);
  draw(scratch, row, kept, philox(options.seed, options.draw), tokens + blockIdx.x);
}

}  // namespace

void sample(const LogitRows& logits, const SamplingRow* rows, std::int32_t* tokens, std::int64_t count, Stream stream) {
  if (logits.vocabulary < 1 || logits.vocabulary > kMostVocabulary) {
    throw InputError("sampling on the GPU: a vocabulary of " + std::to_string(logits.vocabulary) + ", expected 1 to " +
                     std::to_string(kMostVocabulary));
  }
  if (count == 0) return;
  launch("sample", sample_kernel, {dim3(static_cast<unsigned>(count)), dim3(kThreads)}, stream, logits, rows, tokens);
}

}  // namespace llmops::cuda
