// A tokenizer from whatever holds one.
#include "model/open_tokenizer.h"

#include <fstream>

#include "model/gguf_checkpoint.h"

namespace llmops::model {
namespace {

bool is_gguf(const std::filesystem::path& path) {
  char magic[4] = {};
  return !std::filesystem::is_directory(path) && std::ifstream(path, std::ios::binary).read(magic, 4) &&
         std::string_view(magic, 4) == "GGUF";
}

}  // namespace

std::unique_ptr<text::Tokenizer> open_tokenizer(const std::filesystem::path& path) {
  if (path.extension() == ".gguf" || is_gguf(path)) return load_gguf_tokenizer(Gguf::open(path));
  return text::load_tokenizer(path);
}

}  // namespace llmops::model
