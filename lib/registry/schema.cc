// The tables. Times are UTC text, "2026-03-01T12:34:56.789Z"; columns that hold JSON say so.
#include "registry/schema.h"

namespace llmops::registry {

const std::string_view kSchemaRuns = R"sql(
CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  command TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('running', 'finished', 'failed', 'interrupted', 'lost')),
  started_at TEXT NOT NULL,
  ended_at TEXT,
  argv TEXT NOT NULL,                -- JSON array
  config TEXT NOT NULL,              -- JSON object
  seed TEXT,                         -- decimal: 64 bits unsigned do not fit an INTEGER
  device TEXT NOT NULL,
  parent_run TEXT REFERENCES runs (id),
  working_directory TEXT NOT NULL,
  git_commit TEXT,
  git_dirty INTEGER,
  host TEXT NOT NULL,
  cpu TEXT NOT NULL,
  versions TEXT NOT NULL,            -- JSON object: library to version
  peak_memory_bytes INTEGER,
  error TEXT,
  summary TEXT,                      -- JSON: what the command printed
  process_id INTEGER NOT NULL,
  process_start INTEGER NOT NULL,    -- clock ticks after boot
  pid_namespace TEXT NOT NULL,
  boot_id TEXT NOT NULL
) STRICT;
CREATE INDEX runs_by_start ON runs (started_at);
CREATE INDEX runs_running ON runs (host) WHERE status = 'running';

CREATE TABLE run_params (
  run_id TEXT NOT NULL REFERENCES runs (id),
  name TEXT NOT NULL,                -- dotted path into config
  value TEXT NOT NULL,
  PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_tags (
  run_id TEXT NOT NULL REFERENCES runs (id),
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (run_id, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE metrics (
  id INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES runs (id),
  name TEXT NOT NULL,
  step INTEGER NOT NULL,
  value REAL,                        -- NULL when not finite
  special TEXT CHECK (special IN ('nan', 'inf', '-inf')),
  at TEXT NOT NULL,
  CHECK ((value IS NULL) <> (special IS NULL))
) STRICT;
CREATE INDEX metrics_by_run ON metrics (run_id, name, step);

CREATE TABLE artifacts (
  sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64),
  kind TEXT NOT NULL,
  path TEXT NOT NULL,                -- absolute, where it was last seen
  name TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX artifacts_by_path ON artifacts (path);

CREATE TABLE file_hashes (           -- a cache; may be emptied at any time
  path TEXT PRIMARY KEY,
  bytes INTEGER NOT NULL,
  modified_ns INTEGER NOT NULL,
  changed_ns INTEGER NOT NULL,
  inode INTEGER NOT NULL,
  sha256 TEXT NOT NULL
) STRICT;

CREATE TABLE run_inputs (
  run_id TEXT NOT NULL REFERENCES runs (id),
  sha256 TEXT NOT NULL REFERENCES artifacts (sha256),
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  path TEXT NOT NULL,                -- where this run read it
  at TEXT NOT NULL,
  PRIMARY KEY (run_id, sha256, path)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_inputs_by_artifact ON run_inputs (sha256);

CREATE TABLE run_outputs (
  run_id TEXT NOT NULL REFERENCES runs (id),
  sha256 TEXT NOT NULL REFERENCES artifacts (sha256),
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  path TEXT NOT NULL,                -- where this run wrote it
  at TEXT NOT NULL,
  PRIMARY KEY (run_id, sha256, path)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_outputs_by_artifact ON run_outputs (sha256);

CREATE TABLE artifact_parents (
  child TEXT NOT NULL REFERENCES artifacts (sha256),
  parent TEXT NOT NULL REFERENCES artifacts (sha256),
  run_id TEXT NOT NULL REFERENCES runs (id),
  PRIMARY KEY (child, parent, run_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX artifact_parents_by_parent ON artifact_parents (parent);
)sql";

const std::string_view kSchemaVersions = R"sql(
CREATE TABLE dataset_versions (
  name TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version >= 1),
  sha256 TEXT NOT NULL REFERENCES artifacts (sha256),
  path TEXT NOT NULL,                -- where it was when registered
  run_id TEXT REFERENCES runs (id),
  summary TEXT NOT NULL,             -- JSON object
  created_at TEXT NOT NULL,
  PRIMARY KEY (name, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE dataset_tags (
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (name, version, key),
  FOREIGN KEY (name, version) REFERENCES dataset_versions (name, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE model_versions (
  name TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version >= 1),
  sha256 TEXT NOT NULL REFERENCES artifacts (sha256),
  path TEXT NOT NULL,                -- where it was when registered
  run_id TEXT REFERENCES runs (id),
  metadata TEXT NOT NULL,            -- JSON object
  created_at TEXT NOT NULL,
  PRIMARY KEY (name, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE model_tags (
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (name, version, key),
  FOREIGN KEY (name, version) REFERENCES model_versions (name, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE alias_journal (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  alias TEXT NOT NULL,
  from_version INTEGER,              -- NULL: the alias was not set
  to_version INTEGER,                -- NULL: the alias was removed
  action TEXT NOT NULL CHECK (action IN ('set', 'remove', 'promote', 'force', 'rollback')),
  who TEXT NOT NULL,
  at TEXT NOT NULL,
  why TEXT NOT NULL,
  evidence TEXT,                     -- the eval run that allowed a promotion
  FOREIGN KEY (name, from_version) REFERENCES model_versions (name, version),
  FOREIGN KEY (name, to_version) REFERENCES model_versions (name, version)
) STRICT;
CREATE INDEX alias_journal_by_name ON alias_journal (name, alias, id);

CREATE VIEW model_aliases AS
  SELECT name, alias, to_version AS version, who, at, why, evidence FROM alias_journal AS newest
  WHERE to_version IS NOT NULL
    AND id = (SELECT max(id) FROM alias_journal WHERE name = newest.name AND alias = newest.alias);

CREATE TRIGGER dataset_versions_keep BEFORE UPDATE ON dataset_versions
  BEGIN SELECT RAISE(ABORT, 'dataset versions are immutable'); END;
CREATE TRIGGER dataset_versions_stay BEFORE DELETE ON dataset_versions
  BEGIN SELECT RAISE(ABORT, 'dataset versions are immutable'); END;
CREATE TRIGGER model_versions_keep BEFORE UPDATE ON model_versions
  BEGIN SELECT RAISE(ABORT, 'model versions are immutable'); END;
CREATE TRIGGER model_versions_stay BEFORE DELETE ON model_versions
  BEGIN SELECT RAISE(ABORT, 'model versions are immutable'); END;
CREATE TRIGGER alias_journal_keep BEFORE UPDATE ON alias_journal
  BEGIN SELECT RAISE(ABORT, 'the alias journal is append-only'); END;
CREATE TRIGGER alias_journal_stay BEFORE DELETE ON alias_journal
  BEGIN SELECT RAISE(ABORT, 'the alias journal is append-only'); END;
)sql";

const std::string_view kSchemaPrompts = R"sql(
CREATE TABLE prompt_versions (
  name TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version >= 1),
  sha256 TEXT NOT NULL,              -- of format, body and config
  format TEXT NOT NULL CHECK (format IN ('text', 'chat')),
  body TEXT NOT NULL,                -- text, or a JSON array of messages
  config TEXT NOT NULL,              -- JSON object: model settings that belong to the prompt
  message TEXT NOT NULL,             -- why this version exists
  who TEXT NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (name, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE prompt_label_journal (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  label TEXT NOT NULL CHECK (label <> 'latest'),
  from_version INTEGER,
  to_version INTEGER,                -- NULL: the label was removed
  who TEXT NOT NULL,
  at TEXT NOT NULL,
  FOREIGN KEY (name, from_version) REFERENCES prompt_versions (name, version),
  FOREIGN KEY (name, to_version) REFERENCES prompt_versions (name, version)
) STRICT;
CREATE INDEX prompt_label_journal_by_name ON prompt_label_journal (name, label, id);

CREATE VIEW prompt_labels AS
  SELECT name, label, to_version AS version, who, at FROM prompt_label_journal AS newest
  WHERE to_version IS NOT NULL
    AND id = (SELECT max(id) FROM prompt_label_journal WHERE name = newest.name AND label = newest.label)
  UNION ALL
  SELECT name, 'latest', max(version), '', '' FROM prompt_versions GROUP BY name;

CREATE TRIGGER prompt_versions_keep BEFORE UPDATE ON prompt_versions
  BEGIN SELECT RAISE(ABORT, 'prompt versions are immutable'); END;
CREATE TRIGGER prompt_versions_stay BEFORE DELETE ON prompt_versions
  BEGIN SELECT RAISE(ABORT, 'prompt versions are immutable'); END;
CREATE TRIGGER prompt_label_journal_keep BEFORE UPDATE ON prompt_label_journal
  BEGIN SELECT RAISE(ABORT, 'the label journal is append-only'); END;
CREATE TRIGGER prompt_label_journal_stay BEFORE DELETE ON prompt_label_journal
  BEGIN SELECT RAISE(ABORT, 'the label journal is append-only'); END;
)sql";

const std::string_view kSchemaRequests = R"sql(
CREATE TABLE requests (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL,                  -- as the client saw it
  run_id TEXT REFERENCES runs (id),  -- the serve run
  started_at TEXT NOT NULL,
  route TEXT NOT NULL,
  model TEXT NOT NULL,               -- as the client named it
  model_sha256 TEXT,
  prompt_uri TEXT,
  status INTEGER NOT NULL,           -- HTTP
  error TEXT,
  finish_reason TEXT,
  streamed INTEGER NOT NULL,
  prompt_tokens INTEGER NOT NULL,
  completion_tokens INTEGER NOT NULL,
  queue_ms REAL NOT NULL,
  first_token_ms REAL NOT NULL,
  latency_ms REAL NOT NULL,
  request TEXT,                      -- JSON body; NULL when recording of content is off
  response TEXT                      -- text; NULL when recording of content is off
) STRICT;
CREATE INDEX requests_by_id ON requests (id);
CREATE INDEX requests_by_start ON requests (started_at);
CREATE INDEX requests_by_run ON requests (run_id, started_at);
)sql";

const std::string_view kSchemaEnergy = R"sql(
ALTER TABLE runs ADD COLUMN energy_j REAL;  -- joules; NULL where the host does not measure them
)sql";

}  // namespace llmops::registry
