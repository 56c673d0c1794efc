// The chain from raw data to a served request, walked from both ends.
#include "registry/lineage.h"

#include <algorithm>

#include "core/error.h"
#include "registry/datasets.h"
#include "registry/models.h"
#include "registry/requests.h"
#include "registry/run.h"
#include "support/catch.h"
#include "support/registry_fixture.h"

using namespace llmops;
using namespace llmops::registry;

namespace {

/// raw -> prepare -> dataset -> finetune-lora (with a base model) -> adapter -> quantize -> gguf -> serve -> 5
/// requests; beside it an eval run of the adapter.
struct Chain : test::RegistryFixture {
  std::string raw, base, dataset, adapter, gguf, prepare, finetune, eval, quantize, serve;

  fs::path file(const std::string& name) const {
    return fs::exists(folder.path() / name) ? folder.path() / name : write(name, "content of " + name);
  }

  std::string run(const std::string& command, const std::vector<std::string>& inputs, const std::string& output,
                  const std::string& kind) {
    Run run(registry, {.command = command});
    for (const auto& input : inputs) run.add_input(file(input), "input", input);
    if (!output.empty()) run.add_output(file(output), kind, output);
    run.finish({});
    return run.id();
  }

  Chain() {
    prepare = run("prepare", {"raw.csv"}, "dataset", "dataset");
    finetune = run("finetune-lora", {"base", "dataset"}, "adapter", "adapter");
    eval = run("eval", {"adapter"}, "", "");
    quantize = run("quantize", {"adapter"}, "model.gguf", "gguf");
    serve = run("serve", {"model.gguf"}, "", "");
    raw = find("raw.csv"), base = find("base"), dataset = find("dataset"), adapter = find("adapter");
    gguf = find("model.gguf");
    std::vector<ServedRequest> requests;
    for (int i = 0; i < 5; ++i) {
      ServedRequest request;
      request.id = "chatcmpl-" + std::to_string(i);
      request.run_id = serve;
      request.started_at = "2026-03-01T10:00:0" + std::to_string(i) + ".000Z";
      request.route = "/v1/chat/completions";
      requests.push_back(request);
    }
    record_requests(registry, requests);
    register_model(registry, "triage", *find_artifact(registry, gguf), quantize, {});
  }

  std::string find(const std::string& name) { return record_artifact(registry, file(name), "input").sha256; }

  std::vector<std::string> ids(const std::string& what, bool up, bool down) {
    std::vector<std::string> found;
    for (const auto& node : trace_lineage(registry, what, {up, down, 3}).nodes) found.push_back(node.id);
    std::sort(found.begin(), found.end());
    return found;
  }
};

std::vector<std::string> sorted(std::vector<std::string> ids) {
  std::sort(ids.begin(), ids.end());
  return ids;
}

}  // namespace

TEST_CASE("a request leads up to the raw data and the base model, past no sibling", "[registry]") {
  Chain chain;
  CHECK(chain.ids("chatcmpl-0", true, false) ==
        sorted({"chatcmpl-0", chain.serve, chain.gguf, chain.quantize, chain.adapter, chain.finetune, chain.dataset,
                chain.base, chain.prepare, chain.raw}));
}

TEST_CASE("raw data leads down to the newest requests and the evaluation", "[registry]") {
  Chain chain;
  CHECK(chain.ids(chain.file("raw.csv").string(), false, true) ==
        sorted({chain.raw, chain.prepare, chain.dataset, chain.finetune, chain.adapter, chain.eval, chain.quantize,
                chain.gguf, chain.serve, "chatcmpl-2", "chatcmpl-3", "chatcmpl-4"}));
}

TEST_CASE("both ways from the middle, by any of its names", "[registry]") {
  Chain chain;
  const auto expected = sorted({chain.raw, chain.base, chain.prepare, chain.dataset, chain.finetune, chain.adapter,
                                chain.quantize, chain.gguf, chain.serve, "chatcmpl-2", "chatcmpl-3", "chatcmpl-4"});
  for (const std::string& what : {std::string("models:/triage/1"), chain.gguf, chain.gguf.substr(0, 12),
                                  chain.file("model.gguf").string(), "runs:/" + chain.quantize + "/model.gguf"}) {
    INFO(what);
    CHECK(chain.ids(what, true, true) == expected);
  }
  CHECK(chain.ids(chain.quantize, true, false) == chain.ids("runs:/" + chain.quantize, true, false));
}

TEST_CASE("lineage as text reads in the order it happened", "[registry]") {
  Chain chain;
  const std::string text = lineage_text(trace_lineage(chain.registry, "models:/triage", {true, true, 3}));
  std::size_t last = 0;
  for (const char* part : {"raw.csv", "prepare", "dataset", "finetune-lora", "adapter", "quantize", "models:/triage/1",
                           "serve", "chatcmpl-4", "chatcmpl-2", "and 2 more requests"}) {
    const auto at = text.find(part, last);
    INFO(part << " in\n" << text);
    REQUIRE(at != std::string::npos);
    last = at;
  }
  CHECK(std::count(text.begin(), text.end(), '*') == 1);
}

TEST_CASE("lineage as JSON, DOT and SVG holds every node and edge", "[registry]") {
  Chain chain;
  const Lineage lineage = trace_lineage(chain.registry, "models:/triage", {true, true, 3});
  const Json json = lineage_json(lineage);
  CHECK(json["root"] == chain.gguf);
  CHECK(json["nodes"].size() == 12);
  CHECK(json["edges"].size() == 11);
  CHECK(json["more_requests"][chain.serve] == 2);
  const std::string dot = lineage_dot(lineage), svg = lineage_svg(lineage);
  for (const auto& node : lineage.nodes) {
    CHECK_THAT(dot, Catch::Contains('"' + node.id + '"'));
    CHECK_THAT(svg, Catch::Contains(node.id));
  }
  CHECK(svg.starts_with("<svg"));
  CHECK(svg.ends_with("</svg>\n"));
}

TEST_CASE("what the registry knows nothing of is said so", "[registry]") {
  Chain chain;
  CHECK_THROWS_AS(trace_lineage(chain.registry, "chatcmpl-none", {}), NotFoundError);
  CHECK_THROWS_AS(trace_lineage(chain.registry, "r-20260101-000000", {}), NotFoundError);
  CHECK_THROWS_WITH(trace_lineage(chain.registry, chain.file("unknown").string(), {}),
                    Catch::Contains("knows nothing"));
}
