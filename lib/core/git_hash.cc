// SHA-1 over a header and a mapped file.
#include "core/git_hash.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <memory>

#include "core/error.h"
#include "core/files.h"

namespace llmops {

std::string git_hash_file(const std::filesystem::path& path) {
  const MappedFile file(path);
  const std::string header = fmt::format("blob {}", file.text().size()) + '\0';
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  if (!context || EVP_DigestInit_ex(context.get(), EVP_sha1(), nullptr) != 1) throw SystemError("cannot start SHA-1");
  EVP_DigestUpdate(context.get(), header.data(), header.size());
  EVP_DigestUpdate(context.get(), file.text().data(), file.text().size());
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_DigestFinal_ex(context.get(), digest, &size);
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

}  // namespace llmops
