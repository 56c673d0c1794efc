"""Adapters that `llmops finetune-lora` writes are loaded by peft and say the same there, and the other way.

    LLMOPS_PEFT_PYTHON=.../python python peft_round_trip_test.py LLMOPS MODEL_FOLDER

Compared are log-probabilities of every token of some texts, from `llmops score` and from transformers with peft.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

NEAR = 1e-4  # nats: both are float32, added up in other orders
TEXTS = ["The capital of France is Paris.", "def fibonacci(n):\n  return n", "Once upon a time, there was a fox"]
ALL = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
KINDS = {  # keys of a recipe, arguments of peft.LoraConfig
    "lora": ("lora_r: 4", {"r": 4, "target_modules": "all-linear"}),
    "rslora": ("use_rslora: true\nlora_target_modules: [q_proj, down_proj]",
               {"use_rslora": True, "target_modules": ["q_proj", "down_proj"]}),
    "dora": ("use_dora: true", {"use_dora": True, "target_modules": ALL}),
    "patterns": ("lora_target_modules: [q_proj, v_proj]\nrank_pattern: {q_proj: 3}\nalpha_pattern: {v_proj: 9}",
                 {"target_modules": r".*\.[qv]_proj", "rank_pattern": {"q_proj": 3}, "alpha_pattern": {"v_proj": 9}}),
    "bias": ("lora_bias: true", {"lora_bias": True, "target_modules": ALL}),
    "saved": ("lora_modules_to_save: [embed_tokens, norm]",
              {"target_modules": ["q_proj"], "modules_to_save": ["embed_tokens", "norm"]}),
    "head": ("lora_modules_to_save: [lm_head]", {"target_modules": ["q_proj"], "modules_to_save": ["lm_head"]}),
    "tied": ("lora_modules_to_save: [embed_tokens]\npeft_ensure_weight_tying: true",
             {"target_modules": ["q_proj"], "modules_to_save": ["embed_tokens"], "ensure_weight_tying": True}),
}
RECIPE = """
base_model: {model}
datasets: [{{path: {data}, type: completion}}]
val_set_size: 0
sequence_len: 64
learning_rate: 0.02
max_steps: 3
output_dir: {output}
{keys}
"""
PEFT = """
import json, sys, warnings
import peft, torch, transformers
warnings.simplefilter("ignore")
job = json.load(sys.stdin)
answers = {}
def base():
    return transformers.AutoModelForCausalLM.from_pretrained(job["model"], dtype=torch.float32)
def score(model):
    with torch.no_grad():
        return [torch.log_softmax(model(torch.tensor([ids])).logits[0], -1)[:-1].gather(
            1, torch.tensor(ids)[1:, None])[:, 0].tolist() for ids in job["ids"]]
for name, folder in job["ours"].items():
    model = peft.PeftModel.from_pretrained(base(), folder).eval()
    answers[name] = score(model)
    model.save_pretrained(folder + "-again")
for name, (folder, options) in job["theirs"].items():
    torch.manual_seed(4)
    model = peft.get_peft_model(base(), peft.LoraConfig(task_type="CAUSAL_LM", **options)).eval()
    for key, value in model.named_parameters():
        if "lora_B" in key or "modules_to_save" in key or "magnitude" in key:
            value.data += 0.05 * torch.randn_like(value)
    model.save_pretrained(folder)
    answers["peft's " + name] = score(model)
print(json.dumps(answers))
"""


def run(command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, errors="replace", **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def score(llmops, model, adapter):
    lines = "".join(json.dumps({"text": text}) + "\n" for text in TEXTS)
    command = [llmops, "score", "--model", model, "--dtype", "float32", "--json"]
    command += ["--adapter", adapter] if adapter else []
    return [json.loads(line) for line in run(command, input=lines).splitlines()]


def compare(name, ours, theirs, plain):
    """`plain` is what the base says: an adapter that changes nothing would prove nothing."""
    far = lambda a, b: max(abs(x - y) for one, two in zip(a, b) for x, y in zip(one, two))
    difference, change = far(ours, theirs), far(ours, plain)
    print(f"{name}: differs by {difference:.1e} nats; the adapter changes {change:.1e}")
    if not difference <= NEAR or change < 0.01:
        sys.exit(f"{name}: {difference} nats, {change} from the base")


def check_kept(name, before, after):
    """What peft writes, we write again after training on from it; `null` and absent are one."""
    for key, value in before.items():
        if key in ("base_model_name_or_path", "inference_mode"):
            continue
        kept = after.get(key)
        if isinstance(value, list):
            value, kept = sorted(value), sorted(kept or [])
        if kept != value and (kept or value):
            sys.exit(f"{name}: '{key}' was {value} and became {kept}")


def main():
    python = os.environ.get("LLMOPS_PEFT_PYTHON")
    if not python:
        print("skipped: LLMOPS_PEFT_PYTHON is not set")
        return 77
    llmops, model = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        os.chdir(folder)
        data = folder / "data.jsonl"
        data.write_text("".join(json.dumps({"text": text}) + "\n" for text in TEXTS * 4))
        train = lambda output, keys: run([llmops, "finetune-lora", write_recipe(folder, model, data, output, keys), "--json"])
        plain = score(llmops, model, None)
        job = {"model": str(model), "ids": [line["ids"] for line in plain], "ours": {}, "theirs": {}}
        for kind, (keys, options) in KINDS.items():
            train(folder / kind, keys)
            job["ours"][kind] = str(folder / kind)
            job["theirs"][kind] = (str(folder / ("peft-" + kind)), options)
        environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
        answers = json.loads(run([python, "-c", PEFT], input=json.dumps(job), env=environment).splitlines()[-1])
        logprobs = lambda adapter: [line["logprobs"] for line in score(llmops, model, adapter)]
        base = [line["logprobs"] for line in plain]
        for kind in KINDS:
            theirs = folder / ("peft-" + kind)
            compare(f"{kind}, ours in peft", logprobs(folder / kind), answers[kind], base)
            compare(f"{kind}, ours saved by peft", logprobs(folder / (kind + "-again")), answers[kind], base)
            compare(f"{kind}, peft's in ours", logprobs(theirs), answers["peft's " + kind], base)
            train(folder / "on", f"lora_model_dir: {theirs}")
            check_kept(kind, *(json.loads((path / "adapter_config.json").read_text()) for path in (theirs, folder / "on")))
    return 0


def write_recipe(folder, model, data, output, keys):
    recipe = folder / "recipe.yaml"
    recipe.write_text(RECIPE.format(model=model, data=data, output=output, keys=keys))
    return recipe


if __name__ == "__main__":
    sys.exit(main())
