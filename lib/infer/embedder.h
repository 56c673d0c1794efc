// The embedder as the binary sees it: texts in, vectors out. No libtorch type appears here.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace llmops::infer {

struct EmbedderOptions {
  std::string model;              ///< Hugging Face or sentence-transformers folder (a path: URIs are resolved before)
  std::string dtype = "auto";     ///< "float32", "bfloat16"; "auto" is float32 on a CPU
  std::string device = "cpu";     ///< "cpu"
  int threads = 0;                ///< 0: all processors
  int batch_size = 32;            ///< texts in one forward pass
  int max_tokens = 0;             ///< of a text with its special tokens, the rest is cut off; 0: the model's own limit
  std::string pooling;            ///< "mean", "cls", ...; "" for what the folder says, else mean
  std::optional<bool> normalise;  ///< to length 1; none for what the folder says
  std::optional<std::string> prompt;  ///< before each text; none for `prompt_name`
  std::string prompt_name;            ///< of the folder's prompts; "" for its default, which most do not have
  int dimensions = 0;                 ///< first elements to keep (Matryoshka), normalised again; 0: all
};

struct EmbedderInfo {
  std::string architecture;  ///< "BertModel"
  int dimensions = 0;
  int max_tokens = 0;  ///< of a text with its special tokens
  std::int64_t parameters = 0;
};

class Embedder {
 public:
  virtual ~Embedder() = default;
  virtual const EmbedderInfo& info() const = 0;

  /// Batched by length; a text's vector depends on its neighbours no more than float32's rounding does.
  /// @returns info().dimensions values for each text, in order
  /// @throws InputError  when the model's output is not finite; Interrupted
  virtual std::vector<std::vector<float>> embed(std::span<const std::string> texts) = 0;
};

/// @throws NotFoundError, InputError  for files that are missing or malformed, and for decoders that do not say how to
/// pool; UsageError  for options that do not hold
std::unique_ptr<Embedder> open_embedder(const EmbedderOptions& options);

}  // namespace llmops::infer
