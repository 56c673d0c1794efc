// Cancellation: Ctrl-C and SIGTERM set one flag; long work asks for it between steps.
#pragma once

namespace llmops {

/// First SIGINT or SIGTERM sets the flag; a second SIGINT ends the process at once. SIGPIPE is ignored.
void install_signal_handlers();

/// Async-signal-safe.
void request_cancel();
bool cancel_requested();

/// @throws Interrupted  when the flag is set
void throw_if_cancelled();

/// For tests and for servers that drain and go on.
void clear_cancel();

}  // namespace llmops
