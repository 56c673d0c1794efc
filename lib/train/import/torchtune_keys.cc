// What becomes of torchtune's keys.
#include "train/import/import_keys.h"

namespace llmops::train {
namespace {

using enum KeyFate;

constexpr const char* kLogging = "reports go to this program's registry and log";
constexpr const char* kMachines = "this program decides where and how it computes";
constexpr const char* kFiles = "the model's folder says itself what it holds";
constexpr const char* kTokenizer = "the model's own tokenizer is used";
constexpr const char* kImages = "models of images are not trained here";
constexpr const char* kReference = "the reference is the model itself, without its adapter";
constexpr const char* kShape = "a model's shape is that of its folder";

constexpr KeyRule kKeys[] = {
    // Code of its own (torchtune.cc).
    {"model._component_", kConverted},
    {"model.lora_attn_modules", kConverted},
    {"model.apply_lora_to_mlp", kConverted},
    {"model.apply_lora_to_output", kConverted},
    {"model.quantize_base", kConverted},
    {"checkpointer.checkpoint_dir", kConverted},
    {"tokenizer.max_seq_len", kConverted},
    {"dataset.*", kConverted},
    {"dataset", kConverted},
    {"dataset_val.*", kConverted},
    {"max_steps_per_epoch", kConverted},
    {"clip_grad_norm", kConverted},
    {"optimizer._component_", kConverted},
    {"optimizer.betas", kConverted},
    {"lr_scheduler._component_", kConverted},
    {"lr_scheduler.num_cycles", kConverted},
    {"loss._component_", kConverted},
    {"loss.beta", kConverted},
    {"loss.label_smoothing", kConverted},
    {"loss.gamma", kConverted},
    {"kd_loss._component_", kConverted},
    {"kd_ratio", kConverted},
    {"teacher_checkpointer.checkpoint_dir", kConverted},
    {"resume_from_checkpoint", kConverted},
    {"shuffle", kConverted},
    // The same here, under another name.
    {"model.lora_rank", kTaken, "lora_r"},
    {"model.lora_alpha", kTaken, "lora_alpha"},
    {"model.lora_dropout", kTaken, "lora_dropout"},
    {"model.use_dora", kTaken, "use_dora"},
    {"output_dir", kTaken},
    {"batch_size", kTaken, "micro_batch_size"},
    {"gradient_accumulation_steps", kTaken},
    {"epochs", kTaken, "num_epochs"},
    {"optimizer.lr", kTaken, "learning_rate"},
    {"optimizer.weight_decay", kTaken, "weight_decay"},
    {"optimizer.eps", kTaken, "adam_epsilon"},
    {"lr_scheduler.num_warmup_steps", kTaken, "warmup_steps"},
    {"enable_activation_checkpointing", kTaken, "gradient_checkpointing"},
    {"log_every_n_steps", kTaken, "logging_steps"},
    {"run_val_every_n_steps", kTaken, "eval_steps"},
    {"save_every_n_steps", kTaken, "save_steps"},
    {"checkpointer.keep_last_n_checkpoints", kTaken, "save_total_limit"},
    {"seed", kTaken},
    // Without effect on what is learnt.
    {"metric_logger.*", kHarmless, kLogging},
    {"log_*", kHarmless, kLogging},
    {"profiler.*", kHarmless, kLogging},
    {"tokenizer.*", kHarmless, kTokenizer},
    {"checkpointer.*", kHarmless, kFiles},
    {"teacher_checkpointer.*", kHarmless, kFiles},
    {"teacher_model.*", kHarmless, kFiles},
    {"ref_checkpointer.*", kHarmless, kReference},
    {"save_adapter_weights_only", kHarmless, "adapters are always written by themselves"},
    {"save_last_epoch_only", kHarmless, "checkpoints and the best adapter are always kept"},
    {"save_every_n_epochs", kHarmless, "checkpoints are written at the end of every epoch"},
    {"enable_async_checkpointing", kHarmless, kMachines},
    {"optimizer.fused", kHarmless, kMachines},
    {"optimizer.foreach", kHarmless, kMachines},
    {"optimizer_in_bwd", kHarmless, kMachines},
    {"batch_size_val", kHarmless, "validation needs no batch size of its own"},
    {"device", kHarmless, kMachines},
    {"dtype", kHarmless, "this program decides in what number format it computes"},
    {"compile*", kHarmless, kMachines},
    {"enable_activation_offloading", kHarmless, kMachines},
    {"activation_offloading*", kHarmless, kMachines},
    {"ac_mode", kHarmless, kMachines},
    {"ac_option", kHarmless, kMachines},
    {"fsdp*", kHarmless, kMachines},
    {"custom_sharded_layers", kHarmless, kMachines},
    {"memory_efficient_fsdp_wrap", kHarmless, kMachines},
    {"tensor_parallel_*", kHarmless, kMachines},
    {"context_parallel_*", kHarmless, kMachines},
    {"data_parallel_*", kHarmless, kMachines},
    {"use_distributed_state_dict", kHarmless, kMachines},
    {"low_cpu_ram", kHarmless, kMachines},
    {"use_flex", kHarmless, kMachines},
    {"name", kHarmless, kLogging},
    // With effect.
    {"tokenizer.prompt_template*", kLost, "the model's own chat template is used"},
    {"tokenizer.image_size", kLost, kImages},
    {"tokenizer.max_num_tiles", kLost, kImages},
    {"collate_fn", kLost, kImages},
    {"model.image_size", kLost, kImages},
    {"model.encoder_trainable", kLost, kImages},
    {"model.decoder_trainable", kLost, kImages},
    {"model.fusion_trainable", kLost, kImages},
    {"model.vocab_size", kHarmless, kShape},
    {"model.num_*", kHarmless, kShape},
    {"model.embed_dim", kHarmless, kShape},
    {"model.intermediate_dim", kHarmless, kShape},
    {"model.max_seq_len", kHarmless, kShape},
    {"model.norm_eps", kHarmless, kShape},
    {"model.rope_base", kHarmless, kShape},
    {"model.attn_dropout", kLost, "dropout is the adapter's alone"},
    {"model.*", kLost, "a model is that of its folder"},
    {"quantizer.*", kLost, "training for a quantized model is not here"},
    {"fake_quant_after_n_steps", kLost, "training for a quantized model is not here"},
    {"loss.*", kLost, "the loss has no such setting here"},
    {"kd_loss.*", kHarmless, kMachines},
    {"optimizer.*", kLost, "the optimizer has no such setting here"},
    {"lr_scheduler.*", kLost, "the schedule has no such setting here"},
};

}  // namespace

std::span<const KeyRule> torchtune_keys() { return kKeys; }

}  // namespace llmops::train
