// Keys, their file, and what counts as this machine.
#include "serve/access.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "core/error.h"
#include "serve/media_type.h"
#include "support/catch.h"

using namespace llmops;
using namespace llmops::serve;

TEST_CASE("keys come from a file, one a line", "[serve]") {
  const auto file = std::filesystem::temp_directory_path() / ("llmops-keys-" + std::to_string(::getpid()));
  std::ofstream(file) << "# team a\n  key-a \r\n\nkey-b\n";
  const ApiKeys keys = load_api_keys(file.string());
  CHECK(keys.required());
  CHECK(keys.accept("key-a"));
  CHECK(keys.accept("key-b"));
  CHECK_FALSE(keys.accept("key-"));
  CHECK_FALSE(keys.accept("key-bb"));
  CHECK_FALSE(keys.accept(""));
  CHECK_FALSE(keys.accept("# team a"));
  std::ofstream(file) << "# none\n";
  CHECK_THROWS_AS(load_api_keys(file.string()), ConfigError);
  std::filesystem::remove(file);
  CHECK_THROWS_AS(load_api_keys(file.string()), NotFoundError);
  CHECK_FALSE(ApiKeys().required());
}

TEST_CASE("requests of one key are one tenant, however it is written", "[serve]") {
  const ApiKeys keys({"key-a", "key-b"});
  const auto tenant = [&](const std::string& authorization) {
    IncomingRequest request;
    request.headers = {{"authorization", authorization}};
    check_key(request, keys);
    return tenant_of(request, keys);
  };
  CHECK(tenant("Bearer key-a") == tenant("bearer  key-a "));
  CHECK(tenant("Bearer key-a") != tenant("Bearer key-b"));
  CHECK(tenant("Bearer key-a").find("key-a") == std::string::npos);  // not the key itself
  CHECK(tenant_of({}, ApiKeys()) == "");
}

TEST_CASE("loopback names", "[serve]") {
  for (const char* name : {"localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "::1", "[::1]", "a.localhost"})
    CHECK(is_loopback(name));
  for (const char* name : {"0.0.0.0", "::", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", ""})
    CHECK_FALSE(is_loopback(name));
}

TEST_CASE("media types and escapes", "[serve]") {
  for (const char* type :
       {"application/json", "Application/JSON; charset=utf-8", "application/json ;x", "application/x+json"})
    CHECK(is_json_media_type(type));
  for (const char* type : {"", "text/plain", "application/jsonx", "text/json+x"}) CHECK_FALSE(is_json_media_type(type));
  CHECK(percent_decoded("a%2Fb%zz%4") == "a/b%zz%4");
}
