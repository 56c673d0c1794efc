"""Event files as the tensorboard package writes them. Needs tensorboard==2.21.0; run in this folder: python make.py"""

import math

from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

# What tests/unit/train/event_file_test.cc writes too.
SCALARS = [
    (7, [("train/loss", 2.5), ("train/learning_rate", 2e-4), ("eval/rewards/accuracies", 0.0)]),
    (300, [("train/loss", math.inf), ("train/grad_norm", -1e-30)]),
    (2**40, [("größe/" + "x" * 200, 1 / 3)]),
]


def main():
    events = [
        Event(wall_time=1772366400.5, file_version="brain.Event:2"),
        Event(wall_time=1772366400.5, step=7, session_log=SessionLog(status=SessionLog.START)),
    ]
    for step, scalars in SCALARS:
        values = [Summary.Value(tag=tag, simple_value=value) for tag, value in scalars]
        events.append(Event(wall_time=1772366401.25, step=step, summary=Summary(value=values)))
    with open("events.bin", "wb") as file:
        writer = RecordWriter(file)
        for event in events:
            writer.write(event.SerializeToString())
        writer.flush()


if __name__ == "__main__":
    main()
