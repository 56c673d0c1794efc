#include "train/shared_gradients.h"

#include <ATen/core/grad_mode.h>
#include <fmt/format.h>
#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>

#include <deque>
#include <numeric>

namespace llmops::train {
namespace {

constexpr std::int64_t kNumbersPerMegabyte = (1 << 20) / static_cast<std::int64_t>(sizeof(float));
/// Messages of weights on their way at a time; they hold copies.
constexpr std::size_t kWeightsInFlight = 4;

/// The part of a message that is of one tensor, and the next one's beginning.
at::Tensor slice(const at::Tensor& message, std::int64_t& offset, const at::Tensor& tensor) {
  const at::Tensor part = message.narrow(0, offset, tensor.numel()).view(tensor.sizes());
  offset += tensor.numel();
  return part;
}

}  // namespace

struct SharedGradients::Hook : torch::autograd::PostAccumulateGradHook {
  Hook(SharedGradients& shared, std::size_t tensor) : gradients(shared), index(tensor) {}
  void operator()(const torch::autograd::Variable&) override { gradients.on_gradient(index); }
  SharedGradients& gradients;
  std::size_t index;
};

SharedGradients::SharedGradients(Workers& workers, std::vector<TrainedTensor> tensors, SharingOptions options)
    : workers_(workers), tensors_(std::move(tensors)), options_(options) {
  if (workers_.alone()) return;
  std::vector<TensorSize> sizes;
  for (const TrainedTensor& trained : tensors_) sizes.push_back({trained.name, trained.tensor.numel()});
  buckets_ = plan_buckets(sizes, workers_.size(), options_.bucket_cap_mb * kNumbersPerMegabyte);
  bucket_of_.resize(tensors_.size());
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    for (const std::size_t tensor : buckets_[i].tensors) bucket_of_[tensor] = i;
  }
  for (std::size_t i = 0; i < tensors_.size(); ++i) {
    torch::autograd::impl::set_post_acc_grad_hooks(tensors_[i].tensor, std::make_unique<Hook>(*this, i));
  }
  broadcast(/*from_owner=*/false);
}

SharedGradients::~SharedGradients() {
  if (workers_.alone()) return;
  for (TrainedTensor& trained : tensors_) {
    torch::autograd::impl::set_post_acc_grad_hooks(trained.tensor, nullptr);
  }
}

std::vector<TrainedTensor> SharedGradients::own() const {
  if (!sharded()) return tensors_;
  std::vector<TrainedTensor> own;
  for (std::size_t i = 0; i < tensors_.size(); ++i) {
    if (buckets_[bucket_of_[i]].owner == workers_.rank()) own.push_back(tensors_[i]);
  }
  return own;
}

bool SharedGradients::has_gradients_of(const Bucket& bucket) const {
  return options_.zero_stage < 2 || bucket.owner == workers_.rank();
}

void SharedGradients::clear() {
  for (TrainedTensor& trained : tensors_) trained.tensor.mutable_grad().reset();
  sent_ = 0;
  missing_.clear();
  messages_.clear();
  transfers_.clear();
  for (const Bucket& bucket : buckets_) missing_.push_back(bucket.tensors.size());
}

void SharedGradients::start_last_backward() { sending_ = !workers_.alone(); }

void SharedGradients::on_gradient(std::size_t tensor) {
  if (!sending_) return;
  const std::size_t bucket = bucket_of_[tensor];
  if (missing_[bucket] == 0) {  // or this part of it would be lost without a word
    throw std::logic_error(fmt::format("'{}' got a second gradient in one backward pass", tensors_[tensor].name));
  }
  --missing_[bucket];
  // Ranks must send in the same order, so a bucket that is ready early waits for those before it.
  while (sent_ < buckets_.size() && missing_[sent_] == 0) send(sent_++);
}

/// A message ends with a number for each tensor: how many ranks have a gradient for it. None leaves a weight alone,
/// which a gradient of zero would not, under weight decay.
void SharedGradients::send(std::size_t index) {
  const at::NoGradGuard no_grad;
  const Bucket& bucket = buckets_[index];
  const auto count = static_cast<std::int64_t>(bucket.tensors.size());
  const at::Tensor message = at::zeros({bucket.numbers + count}, tensors_[bucket.tensors.front()].tensor.options());
  std::int64_t offset = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const at::Tensor& tensor = tensors_[bucket.tensors[static_cast<std::size_t>(i)]].tensor;
    const at::Tensor part = slice(message, offset, tensor);
    if (!tensor.grad().defined()) continue;
    part.copy_(tensor.grad());
    message[bucket.numbers + i].fill_(1);
    tensor.mutable_grad().reset();
  }
  messages_.push_back(message);
  transfers_.push_back(options_.zero_stage < 2 ? workers_.start_sum(message)
                                               : workers_.start_sum_to(message, bucket.owner));
}

void SharedGradients::receive(std::size_t index) {
  const Bucket& bucket = buckets_[index];
  transfers_[index]();
  if (has_gradients_of(bucket)) {
    const at::Tensor message = messages_[index];
    const auto count = static_cast<std::int64_t>(bucket.tensors.size());
    const at::Tensor ranks = message.narrow(0, bucket.numbers, count).cpu();
    std::int64_t offset = 0;
    for (std::size_t i = 0; i < bucket.tensors.size(); ++i) {
      const at::Tensor& tensor = tensors_[bucket.tensors[i]].tensor;
      const at::Tensor part = slice(message, offset, tensor);
      if (ranks[static_cast<std::int64_t>(i)].item<float>() > 0) tensor.mutable_grad() = part;
    }
  }
  messages_[index].reset();
}

void SharedGradients::finish() {
  sending_ = false;
  while (sent_ < buckets_.size()) send(sent_++);
  for (std::size_t i = 0; i < buckets_.size(); ++i) receive(i);
}

double SharedGradients::clip(double max_norm) {
  const at::NoGradGuard no_grad;
  if (tensors_.empty()) return 0;
  std::vector<at::Tensor> norms;
  for (std::size_t i = 0; i < tensors_.size(); ++i) {
    const at::Tensor& gradient = tensors_[i].tensor.grad();
    const bool mine = workers_.alone() || buckets_[bucket_of_[i]].owner == workers_.rank();
    norms.push_back(mine && gradient.defined() ? at::linalg_vector_norm(gradient).cpu() : at::zeros({}));
  }
  const at::Tensor all = at::stack(norms);
  workers_.start_sum(all)();  // each is of its tensor's owner
  const double norm = at::linalg_vector_norm(all).item<double>();
  if (max_norm > 0 && norm > max_norm) {
    for (TrainedTensor& trained : tensors_) {
      if (trained.tensor.grad().defined()) trained.tensor.mutable_grad().mul_(max_norm / (norm + 1e-6));
    }
  }
  return norm;
}

void SharedGradients::share_weights() {
  if (sharded()) broadcast(/*from_owner=*/true);
}

void SharedGradients::broadcast(bool from_owner) {
  const at::NoGradGuard no_grad;
  std::deque<std::function<void()>> in_flight;
  const auto finish_one = [&] {
    in_flight.front()();
    in_flight.pop_front();
  };
  for (const Bucket& bucket : buckets_) {
    if (in_flight.size() == kWeightsInFlight) finish_one();
    const int owner = from_owner ? bucket.owner : 0;
    const bool mine = owner == workers_.rank();
    const at::Tensor message = at::empty({bucket.numbers}, tensors_[bucket.tensors.front()].tensor.options());
    const auto each = [this, &bucket, message](const auto& use) {
      std::int64_t offset = 0;
      for (const std::size_t index : bucket.tensors) {
        use(tensors_[index].tensor, slice(message, offset, tensors_[index].tensor));
      }
    };
    if (mine) each([](const at::Tensor& weights, const at::Tensor& part) { part.copy_(weights); });
    in_flight.push_back([mine, each, transfer = workers_.start_broadcast(message, owner)] {
      transfer();
      if (!mine) each([](const at::Tensor& weights, const at::Tensor& part) { weights.copy_(part); });
    });
  }
  while (!in_flight.empty()) finish_one();
}

}  // namespace llmops::train
