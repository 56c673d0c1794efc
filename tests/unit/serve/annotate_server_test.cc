// The annotation page's server: who gets in, and what the page is told.
#include "serve/annotate_server.h"

#include <future>
#include <thread>

#include "core/cancel.h"
#include "core/error.h"
#include "raw_client.h"
#include "serve/annotate_page.h"
#include "support/catch.h"
#include "unit/data/annotation_support.h"

using namespace llmops;
using namespace llmops::serve;
using namespace llmops::serve::testing;
using data::testing::label_task;
using data::testing::Workspace;

namespace {

class Kept final : public ReplyWriter {
 public:
  void send(Reply reply) override { kept = std::move(reply); }
  void begin_stream(Reply) override {}
  void write(std::string) override {}
  void end() override {}
  void on_closed(std::function<void(bool)>) override {}
  Reply kept;
};

struct Page {
  explicit Page(int records = 3, data::AnnotationTask task = label_task({"a", "b"}))
      : place(records), project(place.output(), std::move(task), place.records()), server(project, "secret") {}

  Reply ask(const std::string& method, const std::string& target, const std::string& body = "",
            const Headers& headers = {{"host", "127.0.0.1:80"}, {"content-type", "application/json"}}) {
    const auto writer = std::make_shared<Kept>();
    server.handle({.method = method, .target = target, .headers = headers, .body = body, .peer = ""}, writer);
    return writer->kept;
  }
  Json call(const std::string& name, const Json& body) {
    const Reply reply = ask("POST", "/secret/api/" + name, dump_json(body));
    Json json = parse_json(reply.body, "reply");
    json["status"] = reply.status;
    return json;
  }

  Workspace place;
  data::AnnotationProject project;
  AnnotateServer server;
};

std::string header_of(const Reply& reply, const std::string& name) {
  for (const auto& [own, value] : reply.headers) {
    if (own == name) return value;
  }
  return "";
}

}  // namespace

TEST_CASE("nothing is there without the token, and no other site gets in with it", "[serve]") {
  Page page;
  CHECK(page.ask("GET", "/secret/").status == 200);
  for (const char* path : {"/", "/secre/", "/secrets/", "/SECRET/", "//secret/", "/api/task", "/x/api/task",
                           "/secret/api", "/secret/other", "/secret/api/next/"})
    CHECK(page.ask("GET", path).status == 404);
  CHECK(page.ask("GET", "/secret").status == 308);
  CHECK(page.ask("POST", "/wrong/api/task", "{}").status == 404);
  const auto from = [&](const std::string& host, const std::string& origin) {
    Headers headers{{"content-type", "application/json"}};
    if (!host.empty()) headers.emplace_back("host", host);
    if (!origin.empty()) headers.emplace_back("origin", origin);
    return page.ask("POST", "/secret/api/task", "{}", headers).status;
  };
  CHECK(from("127.0.0.1:80", "") == 200);
  CHECK(from("127.0.0.1:80", "http://127.0.0.1:80") == 200);
  CHECK(from("evil.example", "") == 403);  // a name that was made to point here
  CHECK(from("127.0.0.1:80", "http://evil.example") == 403);
  CHECK(from("127.0.0.1:80", "http://127.0.0.1:81") == 403);
  CHECK(from("127.0.0.1:80", "null") == 403);
  CHECK(from("", "") == 400);
  CHECK(page.ask("POST", "/secret/api/task", "{}", {{"host", "localhost"}, {"content-type", "text/plain"}}).status ==
        415);
  CHECK(page.ask("GET", "/secret/api/task").status == 404);
}

TEST_CASE("the page allows only its own style and script, and fetches nothing", "[serve]") {
  Page page;
  const Reply reply = page.ask("GET", "/secret/"), again = page.ask("GET", "/secret/");
  const std::string policy = header_of(reply, "Content-Security-Policy");
  CHECK(policy.find("default-src 'none'; script-src 'nonce-") == 0);
  CHECK(policy != header_of(again, "Content-Security-Policy"));
  const std::string nonce = policy.substr(policy.find("nonce-") + 6, 32);
  CHECK(reply.body == annotate_page(nonce));
  CHECK(header_of(reply, "Referrer-Policy") == "no-referrer");
  for (const char* outside :
       {"http://", "https://", "src=", "href=", "@import", "url(", "innerHTML", "eval(", "onclick=", "style=\""})
    CHECK(reply.body.find(outside) == std::string::npos);
  CHECK(reply.content_type == "text/html; charset=utf-8");
}

TEST_CASE("the page shows records, takes answers, and goes back", "[serve]") {
  Page page;
  page.project.suggest("1", {"b", 0.5, "m"});
  const Json task = page.call("task", Json::object());
  CHECK(task["keys"] == Json::array({"1", "2"}));
  Json shown = page.call("next", {{"annotator", "ann"}});
  CHECK(shown["turn"]["id"] == "0");
  CHECK(shown["turn"]["fields"] == Json::array({Json::array({"text", "text 0"})}));
  CHECK(shown["progress"]["left"] == 3);
  shown = page.call("answer", {{"annotator", "ann"}, {"id", "0"}, {"value", "a"}, {"seconds", 1e300}});
  CHECK(shown["turn"]["id"] == "1");
  CHECK(shown["turn"]["suggestion"]["text"] == "b");
  CHECK(page.call("next", {{"annotator", "bob"}})["turn"]["id"] == "2");
  CHECK(page.call("answer", {{"annotator", "ann"}, {"id", "1"}, {"value", "b"}, {"accepted", true}})["turn"].is_null());
  shown = page.call("undo", {{"annotator", "ann"}});
  CHECK(shown["turn"]["id"] == "1");
  CHECK(shown["fresh"] == true);
  shown = page.call("flag", {{"annotator", "ann"}, {"id", "1"}, {"flagged", true}});
  CHECK(shown["turn"]["flagged"] == true);
  shown = page.call("note", {{"annotator", "ann"}, {"id", "1"}, {"note", "<b>"}});
  CHECK(shown["turn"]["note"] == "<b>");
  CHECK(page.call("skip", {{"annotator", "ann"}, {"id", "1"}})["progress"]["done"] == 2);
  const Json progress = page.call("progress", Json::object());
  CHECK(progress["annotators"][0]["answered"] == 1);
  CHECK(progress["complete"] == 1);
  const auto store = page.place.store();
  CHECK(store.state.of("0").at("ann").answer()->seconds == 3600);
  CHECK(page.server.decided() == 3);
}

TEST_CASE("what is wrong is refused and nothing is written", "[serve]") {
  Page page;
  page.call("next", {{"annotator", "ann"}});
  const std::size_t entries = page.place.store().entries;
  CHECK(page.call("answer", {{"annotator", "ann"}, {"id", "0"}, {"value", "c"}})["status"] == 400);
  CHECK(page.call("answer", {{"annotator", "ann"}, {"id", "9"}, {"value", "a"}})["status"] == 400);
  CHECK(page.call("answer", {{"annotator", "ann"}, {"id", "0"}})["status"] == 400);
  CHECK(page.call("answer", {{"annotator", "a\nb"}, {"id", "0"}, {"value", "a"}})["status"] == 400);
  CHECK(page.call("answer", {{"annotator", 7}, {"id", "0"}, {"value", "a"}})["status"] == 400);
  CHECK(page.call("note", {{"annotator", "ann"}, {"id", "0"}, {"note", std::string(5000, 'x')}})["status"] == 400);
  CHECK(page.call("dance", {{"annotator", "ann"}, {"id", "0"}})["status"] == 404);
  CHECK(page.ask("POST", "/secret/api/next", "[1]").status == 400);
  CHECK(page.ask("POST", "/secret/api/next", "{").status == 400);
  CHECK(page.place.store().entries == entries);
}

TEST_CASE("the server listens on this machine alone until it is told to stop", "[serve]") {
  Page page;
  std::promise<AnnotateListening> listening;
  auto ended = std::async(std::launch::async, [&] {
    return serve_annotations(page.project, 0, [&](const AnnotateListening& at) { listening.set_value(at); });
  });
  const AnnotateListening at = listening.get_future().get();
  CHECK(at.url.find("http://127.0.0.1:" + std::to_string(at.port) + "/") == 0);
  const std::string path = at.url.substr(at.url.find('/', 8));
  CHECK(path.size() == 34);
  RawClient client(at.port);
  client.send(get(path));
  CHECK(status_of(client.read_reply()) == 200);
  client.send(post(path + "api/next", R"({"annotator": "ann"})"));
  CHECK(parse_json(body_of(client.read_reply()), "reply")["turn"]["id"] == "0");
  client.send(post(path + "api/answer", R"({"annotator": "ann", "id": "0", "value": "a"})"));
  CHECK(status_of(client.read_reply()) == 200);
  request_cancel();
  CHECK(ended.get() == 1);
  clear_cancel();
  CHECK(random_token() != random_token());
}
