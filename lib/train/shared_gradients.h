// Gradients and weights of what is trained, shared by the ranks of a job.
#pragma once

#include <vector>

#include "train/optimizer.h"
#include "train/work_share.h"
#include "train/workers.h"

namespace llmops::train {

struct SharingOptions {
  int zero_stage = 0;      ///< 1: each rank keeps the optimizer's state of its tensors alone; 2: their gradients too
  int bucket_cap_mb = 25;  ///< of gradients in one message
};

/// Every rank has all weights. A step's gradients are summed over the ranks in buckets, each sent while the backward
/// pass still computes those of the layers below. With a zero_stage whole tensors belong to a rank, whose optimizer
/// changes them and who then tells the others: optimizers that look at a tensor as a whole need nothing more, and
/// stages differ in memory and messages alone. Rajbhandari and others, 2020, "ZeRO: memory optimizations toward
/// training trillion parameter models".
///
/// A process alone has nothing to share; its gradients are cleared and clipped all the same.
class SharedGradients {
 public:
  /// All weights become rank 0's. @param tensors  all that is trained, the same on every rank; not to be moved while
  /// this
  ///                                              lives
  SharedGradients(Workers& workers, std::vector<TrainedTensor> tensors, SharingOptions options);
  ~SharedGradients();
  SharedGradients(const SharedGradients&) = delete;
  SharedGradients& operator=(const SharedGradients&) = delete;

  /// Those that this rank's optimizer changes.
  std::vector<TrainedTensor> own() const;
  /// True where no rank has the optimizer's whole state.
  bool sharded() const { return options_.zero_stage > 0 && !workers_.alone(); }

  void clear();
  /// To be called before the backward pass of this rank's last micro batch; others only add to the gradients.
  void start_last_backward();
  /// Waits until the sums are there. To be called on all ranks, with and without a micro batch.
  void finish();
  /// Norm of all gradients together, float32; scales them down to `max_norm` where it is larger. 0 only measures.
  double clip(double max_norm);
  /// After a step of the optimizer: the weights that other ranks have changed.
  void share_weights();

 private:
  struct Hook;
  void on_gradient(std::size_t tensor);
  void send(std::size_t bucket);
  void receive(std::size_t bucket);
  void broadcast(bool from_owner);
  bool has_gradients_of(const Bucket& bucket) const;

  Workers& workers_;
  std::vector<TrainedTensor> tensors_;
  SharingOptions options_;
  std::vector<Bucket> buckets_;
  std::vector<std::size_t> bucket_of_;  ///< of each tensor

  // Of the step under way.
  bool sending_ = false;
  std::size_t sent_ = 0;              ///< buckets, from the first
  std::vector<std::size_t> missing_;  ///< gradients, of each bucket
  std::vector<at::Tensor> messages_;  ///< of each bucket sent
  std::vector<Transfer> transfers_;   ///< likewise
};

/// Tensors of all ranks, on rank 0; elsewhere nothing. Float32 or uint8, by different names.
NamedTensors collect_tensors(Workers& workers, const NamedTensors& mine);

}  // namespace llmops::train
