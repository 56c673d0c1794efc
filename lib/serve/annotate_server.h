// The routes of `llmops annotate --web`: one page, and what it asks for, behind a token in the address.
#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "data/annotate/project.h"
#include "serve/access.h"
#include "serve/http_message.h"

namespace llmops::serve {

/// 32 random hexadecimal digits. @throws SystemError
std::string random_token();

class AnnotateServer {
 public:
  /// @param project  outlives this
  /// @param token    the first part of every path; anything else is 404, found out in constant time
  AnnotateServer(data::AnnotationProject& project, const std::string& token);

  /// Any thread; several at once. Always answers. Only requests to a loopback name and from no other site get further.
  void handle(const IncomingRequest& request, const std::shared_ptr<ReplyWriter>& writer);

  std::size_t decided() const { return decided_; }  ///< answers and skips that came through here

 private:
  Reply reply(const IncomingRequest& request);
  Json call(std::string_view name, const Json& body);
  Json next(const std::string& annotator);
  Json turn_json(const std::string& annotator, const std::optional<data::AnnotationTurn>& turn);
  Json task_json() const;
  Json progress_json();

  data::AnnotationProject& project_;
  ApiKeys token_;
  std::atomic<std::size_t> decided_{0};
};

struct AnnotateListening {
  std::string url;  ///< with the token
  int port = 0;
};

/// Listens on 127.0.0.1 until cancelled. @returns answers and skips that were given
/// @throws SystemError
std::size_t serve_annotations(data::AnnotationProject& project, int port,
                              const std::function<void(const AnnotateListening&)>& on_listening);

}  // namespace llmops::serve
