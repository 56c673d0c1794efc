"""Reward models that `llmops finetune-lora` writes are loaded by transformers and peft and say the same there, and the
other way.

    LLMOPS_PEFT_PYTHON=.../python python reward_round_trip_test.py LLMOPS MODEL_FOLDER

Compared are rewards of some conversations, from `llmops score` and from AutoModelForSequenceClassification.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

NEAR = 1e-4  # both are float32, added up in other orders
PAIRS = [("Where is my parcel?", "It left our store this morning.", "No idea."),
         ("May I pay later?", "Yes, within thirty days.", "Pay now or leave."),
         ("How do I change my password?", "Open settings, then account.", "You cannot.")]
RECIPE = """
base_model: {model}
reward_model: true
datasets: [{{path: {data}}}]
val_set_size: 0
sequence_len: 64
learning_rate: 0.005
max_steps: 4
output_dir: {output}
{keys}
"""
THEIRS = """
import json, sys, warnings
import peft, torch, transformers
warnings.simplefilter("ignore")
job = json.load(sys.stdin)
answers = {}
tokenizer = transformers.AutoTokenizer.from_pretrained(job["model"])
job["ids"] = [tokenizer.apply_chat_template(chat, return_dict=False) for chat in job["chats"]]
def classifier(folder):
    return transformers.AutoModelForSequenceClassification.from_pretrained(folder, num_labels=1, dtype=torch.float32)
def rewards(model):
    with torch.no_grad():
        return [model.eval()(torch.tensor([ids])).logits.item() for ids in job["ids"]]
def shaken(model):
    for key, value in model.named_parameters():
        if "lora_B" in key or "score" in key:
            value.data += 0.05 * torch.randn_like(value)
    return model
adapted = peft.PeftModel.from_pretrained(classifier(job["model"]), job["adapter"])
answers["adapter"] = rewards(adapted)
adapted.save_pretrained(job["adapter"] + "-again")
answers["adapter, by itself"] = rewards(peft.AutoPeftModelForSequenceClassification.from_pretrained(
    job["adapter"], num_labels=1, dtype=torch.float32))
for name in ("whole", "merged"):
    model = transformers.AutoModelForSequenceClassification.from_pretrained(job[name], dtype=torch.float32)
    assert model.config.num_labels == 1, model.config
    answers[name] = rewards(model)
torch.manual_seed(4)
model = shaken(classifier(job["model"]))
model.save_pretrained("their-model")
tokenizer.save_pretrained("their-model")
answers["their model"] = rewards(model)
config = peft.LoraConfig(task_type="SEQ_CLS", r=4, target_modules="all-linear", modules_to_save=["score"])
model = shaken(peft.get_peft_model(classifier(job["model"]), config))
model.save_pretrained("their-adapter")
answers["their adapter"] = rewards(model)
print(json.dumps(answers))
"""


def run(command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, errors="replace", **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def main():
    python = os.environ.get("LLMOPS_PEFT_PYTHON")
    if not python:
        print("skipped: LLMOPS_PEFT_PYTHON is not set")
        return 77
    llmops, model = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    with tempfile.TemporaryDirectory() as name:
        os.chdir(name)
        chats = [[{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
                 for question, *answers in PAIRS for answer in answers]
        pathlib.Path("pairs.jsonl").write_text("".join(
            json.dumps({"chosen": up, "rejected": down}) + "\n" for up, down in zip(chats[::2], chats[1::2])))

        def train(output, keys):
            pathlib.Path("recipe.yaml").write_text(
                RECIPE.format(model=model, data="pairs.jsonl", output=output, keys=keys))
            run([llmops, "finetune-lora", "recipe.yaml", "--json"])

        def score(*arguments):
            lines = "".join(json.dumps({"messages": chat}) + "\n" for chat in chats)
            told = run([llmops, "score", "--dtype", "float32", "--json", *arguments], input=lines)
            return [json.loads(line)["reward"] for line in told.splitlines()]

        train("adapter", "lora_r: 4")
        train("whole", "adapter: none")
        run([llmops, "merge", "adapter", "--base", model, "-o", "merged", "--dtype", "float32"])
        job = {"model": str(model), "chats": chats,
               **{key: str(pathlib.Path(key).resolve()) for key in ("adapter", "whole", "merged")}}
        theirs = json.loads(run([python, "-c", THEIRS], input=json.dumps(job),
                                env={**os.environ, "HF_HUB_OFFLINE": "1"}).splitlines()[-1])
        on_base = lambda adapter: score("--model", model, "--adapter", adapter)
        compared = {
            "ours in peft": (on_base("adapter"), "adapter"),
            "ours in peft, which finds the base": (on_base("adapter"), "adapter, by itself"),
            "ours saved by peft": (on_base("adapter-again"), "adapter"),
            "our whole model in transformers": (score("--model", "whole"), "whole"),
            "our merged model in transformers": (score("--model", "merged"), "merged"),
            "the adapter merged": (score("--model", "merged"), "adapter"),
            "transformers' in ours": (score("--model", "their-model"), "their model"),
            "peft's in ours": (on_base("their-adapter"), "their adapter"),
        }
        for what, (ours, key) in compared.items():
            difference = max(abs(a - b) for a, b in zip(ours, theirs[key]))
            spread = max(ours) - min(ours)
            print(f"{what}: differs by {difference:.1e}; rewards lie {spread:.2f} apart")
            if not difference <= NEAR or spread < 0.05:
                sys.exit(f"{what}: {ours} against {theirs[key]}")
        train("further", "lora_model_dir: their-adapter")
        kept = json.loads(pathlib.Path("further/adapter_config.json").read_text())
        assert kept["task_type"] == "SEQ_CLS" and "score" in kept["modules_to_save"], kept
    return 0


if __name__ == "__main__":
    sys.exit(main())
