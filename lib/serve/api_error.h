// Errors as OpenAI's clients understand them.
#pragma once

#include <stdexcept>
#include <string>

#include "core/json.h"
#include "serve/http_message.h"

namespace llmops::serve {

/// A request that is answered with an error object. Thrown while a request is read; caught by the routes.
class ApiError : public std::runtime_error {
 public:
  /// @param type   "invalid_request_error", "authentication_error", "rate_limit_error", "server_error", ...
  /// @param param  the field at fault, e.g. "messages[1].content"; "" gives null
  /// @param code   e.g. "model_not_found"; "" gives null
  ApiError(int status, std::string type, const std::string& message, std::string param = "", std::string code = "");

  int status() const { return status_; }
  Json body() const;  ///< {"error": {"message", "type", "param", "code"}}
  Reply reply() const;
  ApiError& with_header(std::string name, std::string value);

 private:
  int status_;
  std::string type_;
  std::string param_;
  std::string code_;
  Headers headers_;
};

/// 400 for a field that is missing, of a wrong type or out of range.
ApiError invalid_field(const std::string& param, const std::string& message, const std::string& code = "");

/// 500 for a request that there is no memory for; others may go on.
ApiError out_of_memory();

/// The error body for a status that carries no more than a message.
std::string error_body(int status, const std::string& message);

}  // namespace llmops::serve
