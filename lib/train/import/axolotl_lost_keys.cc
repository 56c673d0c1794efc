// axolotl's keys that are left out, and the result is another one.
#include "train/import/axolotl_keys.h"

namespace llmops::train {
namespace {

using enum KeyFate;

constexpr const char* kTokenizer = "the model's own tokenizer is used as it is";
constexpr const char* kNoTraining = "this way of training is not here";
constexpr const char* kNoModel = "this kind of model is not trained here";
constexpr const char* kNoQuantizing =
    "this way of holding the base model is not here (load_in_4bit and load_in_8bit are)";
constexpr const char* kBadSchedule = "the schedule has no such setting here";

constexpr KeyRule kKeys[] = {
    {"tokenizer_config", kLost, kTokenizer},
    {"tokens", kLost, kTokenizer},
    {"added_tokens_overrides", kLost, kTokenizer},
    {"resize_token_embeddings_to_32x", kLost, kTokenizer},
    {"chat_template_jinja", kLost, "the model's own chat template is used"},
    {"chat_template_kwargs", kLost, "the model's own chat template is used as it is"},
    {"default_system_message", kLost, "no system message is added; write it into the data"},
    {"model_config", kLost, kNoModel},
    {"overrides_of_model_config", kLost, "the model's configuration is used as it is"},
    {"rope_scaling", kLost, "the model's configuration is used as it is"},
    {"reinit_weights", kLost, kNoTraining},
    {"lora_fan_in_fan_out", kLost, "weights are stored as the model's family has them"},
    {"lora_target_parameters", kLost, "parameters of experts take no adapter here"},
    {"loraplus_lr_embedding", kLost, "LoRA+ is for the matrices B alone"},
    {"peft", kLost, "these settings of PEFT are not here"},
    {"bnb_config_kwargs", kLost, "scales of the 4-bit base are kept as they are"},
    {"gptq*", kLost, kNoQuantizing},
    {"model_quantization_config*", kLost, kNoQuantizing},
    {"quantize_moe_experts", kLost, kNoQuantizing},
    {"use_onebitllms", kLost, kNoQuantizing},
    {"nvfp4_*", kLost, kNoQuantizing},
    {"qat", kLost, kNoTraining},
    {"relora*", kLost, kNoTraining},
    {"jagged_restart*", kLost, kNoTraining},
    {"lisa_*", kLost, kNoTraining},
    {"trl", kLost, "is about rl: grpo, whose rewards are to be written anew"},
    {"vllm", kLost, kNoTraining},
    {"ebft", kLost, kNoTraining},
    {"diffusion", kLost, kNoTraining},
    {"llmcompressor", kLost, kNoTraining},
    {"use_eaft", kLost, kNoTraining},
    {"eaft_*", kLost, kNoTraining},
    {"use_dynamic_finetuning", kLost, kNoTraining},
    {"process_reward_model", kLost, kNoTraining},
    {"pretraining_dataset", kLost, "text is not streamed; it is data of type completion"},
    {"dpo_*", kLost, "this variant of the objective is not here"},
    {"kd_temperature_min", kLost, "the temperature is the same for all positions"},
    {"kd_*", kLost, "learning from a teacher takes teacher_model here"},
    {"curriculum_sampling", kLost, "examples come in random order"},
    {"sample_packing_sequentially", kLost, "examples come in random order"},
    {"max_packed_sequence_len", kLost, "rows have sequence_len tokens"},
    {"min_sample_len", kLost, "short examples are kept; `llmops prepare` drops them"},
    {"excess_length_strategy", kLost, "examples longer than sequence_len are cut"},
    {"dataset_exact_deduplication", kLost, "copies are kept; `llmops prepare` drops them"},
    {"cosine_constant_lr_ratio", kLost, kBadSchedule},
    {"lr_quadratic_warmup", kLost, kBadSchedule},
    {"lr_div_factor", kLost, kBadSchedule},
    {"lr_groups", kLost, "all weights have one learning rate (loraplus_lr_ratio aside)"},
    {"eta_min", kLost, kBadSchedule},
    {"embedding_lr*", kLost, "all weights have one learning rate (loraplus_lr_ratio aside)"},
    {"optim_target_modules", kLost, "the optimizer is for all weights that are trained"},
    {"freeze_mm_modules", kLost, kNoModel},
    {"llama4_linearized_experts", kLost, kNoModel},
};

}  // namespace

std::span<const KeyRule> axolotl_lost_keys() { return kKeys; }

}  // namespace llmops::train
