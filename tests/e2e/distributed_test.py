"""Jobs of several processes learn what one process learns, survive the loss of one, and go on with another number.

    python distributed_test.py LLMOPS MODEL_FOLDER

Ranks are started as launchers start them, by environment variables; one job runs under a real torchrun.
"""
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time

LLMOPS, MODEL = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
TORCHRUN = pathlib.Path(sys.executable).parent / "torchrun"
NEAR = 1e-5  # of losses: sums of float32 in other orders
STEPS, GLOBAL_BATCH = 24, 4
RECIPE = f"""
base_model: {MODEL}
datasets: [{{path: data.jsonl, type: alpaca}}]
val_set_size: 6
sequence_len: 64
sample_packing: false
lora_r: 4
lora_dropout: 0.1
learning_rate: 0.005
max_steps: {STEPS}
eval_steps: 8
save_steps: 2
threads: 1
output_dir: out
"""


def fail(message):
    sys.exit(f"distributed_test: {message}")


def check(good, message):
    if not good:
        fail(message)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Folder:
    """A working folder of its own for each job, with its recipe, its data and its registry."""

    def __init__(self, root, name, preferences=False):
        self.path = root / name
        self.path.mkdir()
        (self.path / "recipe.yaml").write_text(RECIPE)
        with open(self.path / "data.jsonl", "w") as data:
            for i in range(60):
                numbers = " ".join(str((i * k) % 7) for k in range(1, 2 + i % 9))
                record = {"instruction": f"Count {i}: {numbers}", "output": f"{numbers} and {i}", "parity": i % 2}
                if preferences:
                    record = {"prompt": f"Count {i}:", "chosen": numbers, "rejected": f"{i} and no more"}
                data.write(json.dumps(record) + "\n")

    def arguments(self, *settings):
        sets = [part for setting in settings for part in ("--set", setting)]
        return ["finetune-lora", "recipe.yaml", "--json", "--log-json", "log.jsonl", *sets]

    def start(self, ranks, *settings, resume=False):
        """Processes of a job, by rank."""
        port = free_port()
        processes = []
        for rank in range(ranks):
            job = {"RANK": rank, "WORLD_SIZE": ranks, "LOCAL_RANK": rank, "LOCAL_WORLD_SIZE": ranks,
                   "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}
            environment = dict(os.environ, **{key: str(value) for key, value in job.items()})
            arguments = [LLMOPS, *self.arguments(*settings), *(["--resume"] if resume else [])]
            processes.append(subprocess.Popen(arguments, cwd=self.path, env=environment, text=True,
                                              stdout=subprocess.PIPE, stderr=subprocess.PIPE))
        return processes

    def run(self, ranks, *settings, resume=False):
        """@returns rank 0's report"""
        ended = [(p.communicate(timeout=300), p.returncode) for p in self.start(ranks, *settings, resume=resume)]
        for (_, err), code in ended:
            check(code == 0, f"{self.path.name}: exit {code}: {err}")
        check(all(out == "" for (out, _), _ in ended[1:]), f"{self.path.name}: a rank that is not 0 printed")
        return json.loads(ended[0][0][0])

    def losses(self):
        """(step, key) -> value, of the newest line of each step."""
        found = {}
        for line in open(self.path / "log.jsonl"):
            step = json.loads(line)
            found.update({(step["step"], key): step[key] for key in ("loss", "val_loss") if step.get(key) is not None})
        return found

    def steps_logged(self):
        log = self.path / "log.jsonl"
        return len(log.read_text().splitlines()) if log.exists() else 0

    def wait_for_step(self, step, processes):
        end = time.time() + 120
        while self.steps_logged() < step:
            check(time.time() < end, f"{self.path.name}: step {step} never came")
            check(any(p.poll() is None for p in processes), f"{self.path.name}: ended before step {step}")
            time.sleep(0.005)

    def adapter(self):
        return (self.path / "out/adapter_model.safetensors").read_bytes()

    def runs(self):
        listed = subprocess.run([LLMOPS, "runs", "list", "--json"], cwd=self.path, capture_output=True, text=True)
        return json.loads(listed.stdout)["runs"]


def near(found, wanted, what):
    """A pause adds a validation of its own; all else must be there."""
    for key, value in wanted.items():
        check(key in found, f"{what}: {key} was not logged")
        check(abs(found[key] - value) < NEAR, f"{what}: {key} is {found[key]}, alone it is {value}")


def same_losses(root):
    alone = Folder(root, "alone")
    alone.run(1, f"gradient_accumulation_steps={GLOBAL_BATCH}")
    wanted = alone.losses()
    check(len([key for key in wanted if key[1] == "val_loss"]) == 3, "validations are missing")
    for ranks, stage in ((2, 0), (2, 1), (4, 0), (4, 2)):
        job = Folder(root, f"ranks{ranks}-zero{stage}")
        report = job.run(ranks, f"gradient_accumulation_steps={GLOBAL_BATCH // ranks}", f"zero_stage={stage}")
        check(report["steps"] == STEPS, f"{report['steps']} steps")
        check(len(job.losses()) == len(wanted), "steps are missing in the log")
        near(job.losses(), wanted, job.path.name)
        check(len(job.runs()) == 1, f"{job.path.name}: {len(job.runs())} runs were recorded")
    return wanted


def same_losses_of(root, kind, *settings):
    """Objectives that look at a whole step, and whole models."""
    wanted = None
    for ranks, stage in ((1, 0), (2, 2)):
        job = Folder(root, f"{kind}{ranks}", preferences=kind in ("dpo", "kto", "reward"))
        job.run(ranks, *settings, f"gradient_accumulation_steps={GLOBAL_BATCH // ranks}", f"zero_stage={stage}",
                "max_steps=6", "eval_steps=3")
        wanted = wanted or job.losses()
    near(job.losses(), wanted, kind)


def resumes_with_the_same_bits(root):
    never = Folder(root, "never-paused")
    never.run(4, "zero_stage=2")
    paused = Folder(root, "paused")
    paused.run(4, "zero_stage=2", "stop_at_step=7")
    paused.run(4, "zero_stage=2", resume=True)
    check(paused.adapter() == never.adapter(), "a paused job of four ranks wrote another adapter")


def resumes_with_other_ranks(root, wanted):
    job = Folder(root, "other-ranks")
    job.run(4, "zero_stage=2", "stop_at_step=7")
    job.run(2, "zero_stage=1", "stop_at_step=15", resume=True)  # the same recipe: a step keeps its four micro batches
    job.run(1, resume=True)
    near(job.losses(), wanted, job.path.name)


def survives_a_kill(root, wanted):
    for ranks, stage, victim in ((3, 1, 2), (2, 0, 1), (2, 0, 0)):
        job = Folder(root, f"killed{ranks}{stage}{victim}")
        settings = (f"zero_stage={stage}", f"gradient_accumulation_steps={GLOBAL_BATCH // ranks}") if ranks == 2 else (
            f"zero_stage={stage}", "max_steps=200")
        processes = job.start(ranks, *settings)
        job.wait_for_step(4, processes)
        processes[victim].kill()
        begin = time.time()
        ends = [p.communicate(timeout=60) for p in processes]
        check(time.time() - begin < 30, f"{job.path.name}: the others took {time.time() - begin:.0f} s to end")
        for rank, process in enumerate(processes):
            if rank == victim:
                continue
            check(process.returncode == 1, f"{job.path.name}: rank {rank} ended with {process.returncode}")
            said = "".join(ends[rank])
            check(f"rank {victim} of {ranks} is gone" in said and "--resume" in said, f"{job.path.name}: {said}")
        if ranks == 2:
            job.run(1, f"gradient_accumulation_steps={GLOBAL_BATCH}", resume=True)
            near(job.losses(), wanted, job.path.name)


def stops_when_told(root, wanted):
    job = Folder(root, "stopped")
    processes = job.start(2, "zero_stage=1", "gradient_accumulation_steps=2")
    job.wait_for_step(4, processes)
    processes[1].send_signal(signal.SIGTERM)  # one is told, all stop at the same step
    for process in processes:
        process.communicate(timeout=60)
        check(process.returncode == 130, f"a stopped rank ended with {process.returncode}")
    check(job.runs()[0]["status"] == "interrupted", job.runs()[0]["status"])
    job.run(2, "zero_stage=1", "gradient_accumulation_steps=2", resume=True)
    near(job.losses(), wanted, job.path.name)


def restarts_under_torchrun(root, wanted):
    if not TORCHRUN.exists():
        print(f"distributed_test: no {TORCHRUN}: the restart was not tried")
        return
    job = Folder(root, "torchrun")
    environment = {key: value for key, value in os.environ.items() if key != "OMP_NUM_THREADS"}
    launcher = subprocess.Popen(
        [str(TORCHRUN), "--no-python", "--nproc-per-node", "2", "--max-restarts", "1", "--master-port",
         str(free_port()), LLMOPS, *job.arguments("gradient_accumulation_steps=2", "zero_stage=2")],
        cwd=job.path, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    job.wait_for_step(6, [launcher])
    children = subprocess.run(["pgrep", "-P", str(launcher.pid), "-x", "llmops"], capture_output=True, text=True)
    os.kill(int(children.stdout.split()[-1]), signal.SIGKILL)
    out, err = launcher.communicate(timeout=120)
    check(launcher.returncode == 0, f"torchrun ended with {launcher.returncode}: {err}")
    report = json.loads(out.strip().splitlines()[-1])
    check(report["steps"] == STEPS and report["resumed"], f"the restarted job reports {report}")
    near(job.losses(), wanted, job.path.name)


def main():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        wanted = same_losses(root)
        same_losses_of(root, "dpo", "rl=dpo", "datasets=[{path: data.jsonl}]")
        same_losses_of(root, "kto", "rl=kto", "datasets=[{path: data.jsonl}]")
        same_losses_of(root, "reward", "reward_model=true", "datasets=[{path: data.jsonl}]")
        same_losses_of(root, "offline", f"teacher_model={MODEL}", "kd_top_k=4", "kd_ce_alpha=0.5")
        same_losses_of(root, "debias", "debias={attribute: parity, weight: 2, memory: 5}")
        same_losses_of(root, "whole", "adapter=none", "lora_dropout=0", "learning_rate=0.001")
        resumes_with_the_same_bits(root)
        resumes_with_other_ranks(root, wanted)
        survives_a_kill(root, wanted)
        stops_when_told(root, wanted)
        restarts_under_torchrun(root, wanted)
    print("distributed_test: ok")


main()
