#include "core/hash.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#define XXH_INLINE_ALL  // most of what is hashed is a word: a call takes longer than the hash
#include <xxhash.h>

#include <fstream>
#include <vector>

#include "core/cancel.h"
#include "core/error.h"
#include "core/files.h"

namespace llmops {

struct Sha256::State {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  if (!state_->context || EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr) != 1) {
    throw SystemError("cannot start SHA-256");
  }
}
Sha256::~Sha256() = default;

void Sha256::update(std::string_view bytes) { EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()); }

std::string Sha256::hex() {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_DigestFinal_ex(state_->context.get(), digest, &size);
  std::string text;
  for (unsigned int i = 0; i < size; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.hex();
}

std::string sha256_file(const std::filesystem::path& path) {
  if (std::filesystem::is_directory(path))
    throw InputError(fmt::format("'{}' is a folder, expected a file", path.string()));
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    if (!std::filesystem::exists(path)) throw NotFoundError(fmt::format("'{}' does not exist", path.string()));
    throw SystemError(fmt::format("cannot open '{}'", path.string()), "check its permissions");
  }
  Sha256 hash;
  std::vector<char> block(1 << 20);
  while (file) {
    throw_if_cancelled();
    file.read(block.data(), static_cast<std::streamsize>(block.size()));
    hash.update({block.data(), static_cast<std::size_t>(file.gcount())});
  }
  if (file.bad()) throw SystemError(fmt::format("cannot read '{}'", path.string()));
  return hash.hex();
}

std::string sha256_path(const std::filesystem::path& path) {
  if (!std::filesystem::is_directory(path)) return sha256_file(path);
  Sha256 hash;
  for (const auto& file : list_files(path)) {
    hash.update(file.lexically_relative(path).generic_string());
    hash.update(std::string_view("\0", 1));
    hash.update(sha256_file(file));
    hash.update("\n");
  }
  return hash.hex();
}

std::uint64_t xxh3_64(std::string_view bytes, std::uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

}  // namespace llmops
