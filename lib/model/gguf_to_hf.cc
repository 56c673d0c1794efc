// A GGUF file written out as a Hugging Face folder.
#include <fmt/format.h>

#include <cstring>

#include "core/error.h"
#include "core/files.h"
#include "model/checkpoint_check.h"
#include "model/gguf_checkpoint.h"
#include "model/gguf_special_tokens.h"
#include "model/gguf_to_hf.h"
#include "model/model_files.h"
#include "model/safetensors.h"

namespace llmops::model {
namespace {

DType parse_dtype(const std::string& name) {
  if (name == "bfloat16") return DType::kBF16;
  if (name == "float16") return DType::kF16;
  if (name == "float32") return DType::kF32;
  throw UsageError(fmt::format("dtype '{}' is not known", name), "choose bfloat16, float16 or float32");
}

std::vector<std::byte> encode(std::span<const float> values, DType dtype) {
  std::vector<std::byte> out(tensor_bytes(dtype, values.size()));
  if (dtype == DType::kF32) {
    std::memcpy(out.data(), values.data(), out.size());
    return out;
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::uint16_t bits = dtype == DType::kBF16 ? float_to_bfloat16(values[i]) : float_to_half(values[i]);
    std::memcpy(out.data() + i * sizeof bits, &bits, sizeof bits);
  }
  return out;
}

void write_weights(const Gguf& gguf, const ModelConfig& config, const std::filesystem::path& folder, DType dtype) {
  std::vector<LazyTensorToWrite> tensors;
  for (const ExpectedTensor& expected : expected_tensors(config)) {
    check_gguf_tensor(gguf, config, expected);
    tensors.push_back({expected.name, dtype, expected.shape, [&gguf, &config, expected, dtype] {
                         std::uint64_t elements = 1;
                         for (const std::int64_t size : expected.shape) elements *= static_cast<std::uint64_t>(size);
                         std::vector<float> values(elements);
                         read_gguf_tensor(gguf, config, expected, values);
                         return encode(values, dtype);
                       }});
  }
  write_safetensors(folder, "model", tensors);
}

Json generation_config(const Gguf& gguf) {
  const GgufSpecialTokens special = gguf_special_tokens(gguf);
  Json json = Json::object();
  if (special.bos) json["bos_token_id"] = *special.bos;
  if (special.stop_ids.size() == 1) json["eos_token_id"] = special.stop_ids[0];
  if (special.stop_ids.size() > 1) json["eos_token_id"] = special.stop_ids;
  if (special.padding || special.end) json["pad_token_id"] = special.padding ? *special.padding : *special.end;
  return json;
}

void write_json(const std::filesystem::path& path, const Json& json) {
  write_file_atomic(path, dump_json_pretty(json));
}

void write_chat_templates(const Gguf& gguf, const std::filesystem::path& folder) {
  const std::filesystem::path others = "additional_chat_templates";
  for (const text::NamedTemplate& one : gguf_chat_templates(gguf)) {
    const auto file = one.name == "default" ? "chat_template.jinja" : others / (one.name + ".jinja");
    if (!is_model_file(file.generic_string())) {  // a name from the file must not lead out of the folder
      throw InputError(fmt::format("{}: 'tokenizer.chat_template.{}' has a name that no file may have",
                                   gguf.path().string(), one.name));
    }
    std::filesystem::create_directories((folder / file).parent_path());
    write_file_atomic(folder / file, one.source);
  }
}

}  // namespace

void write_gguf_as_hf(const Gguf& gguf, const std::filesystem::path& folder, const std::string& dtype) {
  const DType type = parse_dtype(dtype);
  ModelConfig config = gguf_model_config(gguf);
  config.dtype = dtype;
  Json json = model_config_json(config);
  const Json generation = generation_config(gguf);
  if (generation.contains("pad_token_id")) json["pad_token_id"] = generation["pad_token_id"];
  const Json tokenizer_config = gguf_tokenizer_config_json(gguf);
  write_json(folder / "tokenizer.json", gguf_tokenizer_json(gguf));
  write_json(folder / "tokenizer_config.json", tokenizer_config);
  write_json(folder / "config.json", json);
  write_json(folder / "generation_config.json", generation);
  write_chat_templates(gguf, folder);
  write_weights(gguf, config, folder, type);
}

void convert_gguf_to_hf(const std::filesystem::path& gguf, const std::filesystem::path& directory,
                        const std::string& dtype) {
  const Gguf file = Gguf::open(gguf);
  AtomicDirectory folder(directory, /*replace=*/false);
  write_gguf_as_hf(file, folder.path(), dtype);
  folder.commit();
}

}  // namespace llmops::model
