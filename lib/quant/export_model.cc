#include "quant/export_model.h"

#include <fmt/format.h>

#include <chrono>

#include "core/cancel.h"
#include "core/error.h"
#include "core/files.h"
#include "core/spelling.h"
#include "model/gguf_to_hf.h"
#include "model/model_files.h"
#include "model/numpy_writer.h"
#include "model/safetensors.h"
#include "quant/write_gguf_model.h"

namespace llmops::quant {
namespace {

using model::DType;

bool is_gguf(const fs::path& path) { return !fs::is_directory(path) && path.extension() == ".gguf"; }

/// safetensors and NumPy have no blocks, and not all have bfloat16: the type a tensor is written as.
/// @param wanted  null: its own, where the format has that
DType plain_dtype(DType stored, const Scheme* wanted, bool has_bfloat16) {
  const bool real = stored <= DType::kF64 || model::block_elements(stored) > 1;
  DType dtype = wanted != nullptr && real ? wanted->weights : stored;
  if (model::block_elements(dtype) > 1) dtype = has_bfloat16 ? DType::kBF16 : DType::kF32;
  return dtype == DType::kBF16 && !has_bfloat16 ? DType::kF32 : dtype;
}

class Export {
 public:
  Export(const ExportOptions& options, Progress& progress)
      : options_(options), progress_(progress), scheme_(options.dtype.empty() ? nullptr : &find_scheme(options.dtype)) {
    report_.output = options.output;
    report_.to = export_format(options);
    if (scheme_ != nullptr) report_.dtype = scheme_->name;
  }

  ExportReport run() {
    check();
    const auto begin = std::chrono::steady_clock::now();
    if (report_.to == "gguf") {
      write_gguf();
    } else if (report_.to == "hf") {
      write_folder();
    } else {
      write_tensors();
    }
    report_.bytes_out = size_on_disk(options_.output);
    report_.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return report_;
  }

 private:
  /// What is known before anything is read.
  void check() const {
    const fs::path model = options_.model;
    if (!fs::exists(model)) throw NotFoundError(fmt::format("'{}' does not exist", options_.model));
    if (fs::is_directory(model) && !fs::exists(model / "config.json") && fs::exists(model / "adapter_config.json")) {
      throw InputError(fmt::format("'{}' is an adapter, which is no model by itself", options_.model),
                       "run 'llmops merge' first and export what it writes");
    }
    const bool whole = report_.to == "hf" || report_.to == "gguf";
    if (whole && !is_gguf(model) && !fs::exists(model / "config.json")) {
      throw InputError(fmt::format("'{}' has tensors but no configuration, which {} needs", options_.model, report_.to),
                       "give the model's folder, or write a .safetensors or .npz file");
    }
    if (report_.to != "hf" && fs::is_directory(options_.output))
      throw UsageError(fmt::format("output '{}' is a folder", options_.output), "name the file to create");
    std::error_code ignored;
    if (fs::equivalent(model, options_.output, ignored))
      throw UsageError(fmt::format("'{}' is both input and output", options_.output));
    const bool plain = scheme_ == nullptr || model::block_elements(scheme_->weights) == 1;
    if (!plain && report_.to != "gguf") {
      throw UsageError(fmt::format("{} cannot be written as {}", scheme_->name, report_.to),
                       "only GGUF holds quantized blocks; choose f32, f16 or bf16");
    }
  }

  void write_gguf() {
    if (is_gguf(options_.model)) {
      const auto file = model::Checkpoint::open(options_.model);
      count(file);
      const Scheme& scheme = scheme_ != nullptr ? *scheme_ : scheme_for(open_weights(options_.model).stored);
      report_.dtype = scheme.name;
      rewrite_gguf(options_.model, scheme, options_.output, progress_);
      return;
    }
    const WeightSource source = open_weights(options_.model);
    const Scheme& scheme = scheme_ != nullptr ? *scheme_ : scheme_for(source.stored);
    count(model::Checkpoint::open(options_.model));
    report_.dtype = scheme.name;
    write_gguf_model(source, options_.model, scheme, options_.output, progress_);
  }

  void write_folder() {
    AtomicDirectory folder(options_.output, /*replace=*/false);
    const auto file = model::Checkpoint::open(options_.model);
    count(file);
    if (is_gguf(options_.model)) {
      const auto gguf = model::Gguf::open(options_.model);
      const DType stored = scheme_ != nullptr ? scheme_->weights : open_weights(options_.model).stored;
      const Scheme& scheme = scheme_for(plain_dtype(stored, nullptr, /*has_bfloat16=*/true));
      report_.dtype = scheme.name;
      progress_.start("writing", 0, "");
      model::write_gguf_as_hf(gguf, folder.path(), scheme.usual);
      progress_.finish();
    } else {
      copy_settings(options_.model, folder.path());
      model::write_safetensors(folder.path(), "model", to_write(file, /*has_bfloat16=*/true));
      progress_.finish();
    }
    folder.commit();
  }

  /// All of a model's files but its weights, with config.json saying the new type.
  void copy_settings(const fs::path& from, const fs::path& to) const {
    for (const fs::path& path : list_files(from)) {
      const std::string name = path.lexically_relative(from).generic_string();
      const bool weights = name.ends_with(".safetensors") || name.ends_with(".index.json") || name.ends_with(".bin");
      if (!model::is_model_file(name) || weights) continue;
      fs::create_directories((to / name).parent_path());
      fs::copy_file(fs::canonical(path), to / name);
    }
    if (scheme_ == nullptr) return;
    Json config = read_json_file(from / "config.json");
    bool said = false;
    for (const char* key : {"dtype", "torch_dtype"}) {
      if (!config.contains(key)) continue;
      config[key] = scheme_->usual;
      said = true;
    }
    if (!said) config["torch_dtype"] = scheme_->usual;
    write_file_atomic(to / "config.json", dump_json_pretty(config));
  }

  void write_tensors() {
    const auto file = model::Checkpoint::open(options_.model);
    count(file);
    const fs::path output = options_.output;
    if (report_.to == "safetensors") {
      const fs::path folder = output.has_parent_path() ? output.parent_path() : fs::path(".");
      model::write_safetensors(folder, output.stem().string(), to_write(file, /*has_bfloat16=*/true));
    } else if (report_.to == "npz") {
      model::write_npz(output, to_write(file, /*has_bfloat16=*/false));
    } else {
      const auto tensors = to_write(file, /*has_bfloat16=*/false);
      if (tensors.size() != 1) {
        throw InputError(fmt::format("'{}' holds {} tensors, an .npy file one", options_.model, tensors.size()),
                         "write an .npz file");
      }
      model::write_npy(output, tensors.front());
    }
    progress_.finish();
  }

  void count(const model::Checkpoint& file) {
    for (const model::TensorView& view : file.tensors()) report_.bytes_in += view.bytes.size();
    report_.tensors = static_cast<std::int64_t>(file.tensors().size());
  }

  std::vector<model::LazyTensorToWrite> to_write(const model::Checkpoint& file, bool has_bfloat16) {
    progress_.start("writing", report_.bytes_in, "bytes");
    std::vector<model::LazyTensorToWrite> tensors;
    for (const model::TensorView& view : file.tensors()) {
      const DType dtype = plain_dtype(view.dtype, scheme_, has_bfloat16);
      tensors.push_back({view.name, dtype, view.shape, [this, file, view, dtype] {
                           throw_if_cancelled();
                           progress_.update(done_ += view.bytes.size());
                           if (view.dtype == dtype) return std::vector<std::byte>(view.bytes.begin(), view.bytes.end());
                           return encode(dtype, model::to_float32(view));
                         }});
    }
    return tensors;
  }

  const ExportOptions& options_;
  Progress& progress_;
  const Scheme* scheme_;  ///< null: what is there
  std::uint64_t done_ = 0;
  ExportReport report_;
};

}  // namespace

std::string export_format(const ExportOptions& options) {
  const std::vector<std::string> known = {"hf", "gguf", "safetensors", "npz", "npy"};
  if (options.to.empty()) {
    const std::string extension = fs::path(options.output).extension().string();
    for (const std::string& format : known) {
      if (extension == "." + format) return format;
    }
    return "hf";
  }
  for (const std::string& format : known) {
    if (options.to == format) return format;
  }
  throw UsageError(fmt::format("unknown format '{}'", options.to),
                   did_you_mean(options.to, known, "known are hf, gguf, safetensors, npz and npy"));
}

ExportReport export_model(const ExportOptions& options, Progress& progress) { return Export(options, progress).run(); }

Json ExportReport::json() const {
  return {{"output", output},       {"to", to},        {"dtype", dtype}, {"tensors", tensors}, {"bytes_in", bytes_in},
          {"bytes_out", bytes_out}, {"wall_s", wall_s}};
}

}  // namespace llmops::quant
