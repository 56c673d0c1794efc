// Errors as OpenAI's clients understand them.
#include "serve/api_error.h"

namespace llmops::serve {
namespace {

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

}  // namespace

ApiError::ApiError(int status, std::string type, const std::string& message, std::string param, std::string code)
    : std::runtime_error(message),
      status_(status),
      type_(std::move(type)),
      param_(std::move(param)),
      code_(std::move(code)) {}

Json ApiError::body() const {
  return {{"error",
           {{"message", what()}, {"type", type_}, {"param", text_or_null(param_)}, {"code", text_or_null(code_)}}}};
}

Reply ApiError::reply() const {
  Reply reply;
  reply.status = status_;
  reply.headers = headers_;
  reply.body = dump_json(body());
  return reply;
}

ApiError& ApiError::with_header(std::string name, std::string value) {
  headers_.emplace_back(std::move(name), std::move(value));
  return *this;
}

ApiError invalid_field(const std::string& param, const std::string& message, const std::string& code) {
  return ApiError(400, "invalid_request_error", message, param, code);
}

ApiError out_of_memory() { return ApiError(500, "server_error", "not enough memory for this request"); }

std::string error_body(int status, const std::string& message) {
  return dump_json(ApiError(status, status < 500 ? "invalid_request_error" : "server_error", message).body());
}

}  // namespace llmops::serve
