// Finds runs whose process died.
#include "registry/lost_runs.h"

#include "core/process.h"
#include "core/units.h"
#include "registry/process_identity.h"
#include "registry/statement.h"

namespace llmops::registry {

void mark_lost_runs(Registry::Connection& connection) {
  const auto lock = connection.lock();
  std::vector<std::string> lost;
  for (Statement rows(connection,
                      "SELECT id, host, boot_id, pid_namespace, process_id, process_start FROM runs "
                      "WHERE status = 'running' AND host = ?",
                      host_name());
       rows.step();) {
    const ProcessIdentity process{rows.text(1), rows.text(2), rows.text(3), rows.integer(4), rows.integer(5)};
    if (has_died(process)) lost.push_back(rows.text(0));
  }
  if (lost.empty()) return;
  Transaction transaction(connection);
  for (const std::string& id : lost) {
    Statement(connection,
              "UPDATE runs SET status = 'lost', ended_at = ?, error = 'its process ended without closing the run' "
              "WHERE id = ? AND status = 'running'",
              now_utc(), id)
        .run();
  }
  transaction.commit();
}

}  // namespace llmops::registry
