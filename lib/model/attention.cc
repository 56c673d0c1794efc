// Grouped-query attention, one sequence after another; libtorch's flash kernel does the work.
#include "model/attention.h"

#include <algorithm>
#include <vector>

namespace llmops::model {
namespace {

/// The kernel wants as many key heads as query heads. Taking key heads as the batch axis, the heads of a group can
/// share their keys by a stride of 0, without a copy.
/// @param x  (T, K, D) @returns (K, G, T, D)
at::Tensor shared_by_group(const at::Tensor& x, std::int64_t group) {
  return x.transpose(0, 1).unsqueeze(1).expand({x.size(1), group, x.size(0), x.size(2)});
}

/// Additive: 0 where the n last of `total` tokens may look, -inf elsewhere. @param options  of the queries @returns (n,
/// total)
at::Tensor band_mask(std::int64_t n, std::int64_t total, std::int64_t window, const at::TensorOptions& options) {
  const std::int64_t past = total - n;
  at::Tensor allowed = at::ones({n, total}, options.dtype(at::kBool)).tril(past);
  if (window > 0) allowed = allowed.triu(past - window + 1);
  return at::zeros({n, total}, options).masked_fill_(allowed.logical_not(), -std::numeric_limits<double>::infinity());
}

/// Softmax of capped scores, which no fused kernel offers: some queries at a time, to bound the memory of scores.
/// @param q, k, v  (K, G, n, D) @returns (K, G, n, D)
at::Tensor attend_capped(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                         const AttentionOptions& options) {
  constexpr std::int64_t kQueries = 256;
  const std::int64_t n = q.size(2);
  std::vector<at::Tensor> parts;
  for (std::int64_t begin = 0; begin < n; begin += kQueries) {
    const std::int64_t count = std::min(kQueries, n - begin), seen = begin + count;
    const at::Tensor keys = k.narrow(2, 0, seen), values = v.narrow(2, 0, seen);
    at::Tensor scores = at::matmul(q.narrow(2, begin, count), keys.transpose(-1, -2)).to(at::kFloat) * options.scale;
    scores = at::tanh(scores / options.softcap) * options.softcap;
    scores = scores + band_mask(count, seen, options.window, scores.options());
    parts.push_back(at::matmul(at::softmax(scores, -1, at::kFloat).to(q.scalar_type()), values));
  }
  return parts.size() == 1 ? parts[0] : at::cat(parts, 2);
}

/// @param q  (n, H, D) @param k, v  (n, K, D) @returns (n, H * D)
at::Tensor attend_one(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const AttentionOptions& options) {
  const std::int64_t n = q.size(0), kv_heads = k.size(1), group = q.size(1) / kv_heads;
  const at::Tensor queries = q.reshape({n, kv_heads, group, q.size(2)}).permute({1, 2, 0, 3});
  const at::Tensor keys = shared_by_group(k, group), values = shared_by_group(v, group);
  at::Tensor out;
  if (options.softcap > 0) {
    out = attend_capped(queries, keys, values, options);
  } else {
    const bool biased = options.key_bias.defined();
    const bool plain = !biased && (options.window == 0 || n <= options.window);
    std::optional<at::Tensor> mask;
    if (!plain) mask = band_mask(n, n, options.window, q.options());
    if (biased) {
      const at::Tensor bias = options.key_bias.narrow(1, 0, n).reshape({kv_heads, group, 1, n});
      mask = (bias + *mask).to(q.scalar_type());
    }
    out = at::scaled_dot_product_attention(queries, keys, values, mask, /*dropout_p=*/0, /*is_causal=*/plain,
                                           options.scale);
  }
  return out.permute({2, 0, 1, 3}).reshape({n, q.size(1) * q.size(2)});
}

/// In one format. @returns (N, H * D)
at::Tensor attend_each(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, std::span<const Segment> segments,
                       const AttentionOptions& options) {
  if (segments.size() == 1) return attend_one(q, k, v, options);
  std::vector<at::Tensor> parts;
  parts.reserve(segments.size());
  for (const Segment& s : segments) {
    parts.push_back(attend_one(q.narrow(0, s.begin, s.length), k.narrow(0, s.begin, s.length),
                               v.narrow(0, s.begin, s.length), options));
  }
  return at::cat(parts);
}

}  // namespace

at::Tensor attend(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, std::span<const Segment> segments,
                  const AttentionOptions& options) {
  if (!q.is_cpu()) return attend_each(q, k, v, segments, options);  // a GPU's kernels sum in float32 by themselves
  const at::ScalarType format = q.scalar_type();
  return attend_each(q.to(at::kFloat), k.to(at::kFloat), v.to(at::kFloat), segments, options).to(format);
}

}  // namespace llmops::model
