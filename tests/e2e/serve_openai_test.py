#!/usr/bin/env python3
"""Drives a running `llmops serve` with OpenAI's own client.

usage: serve_openai_test.py LLMOPS_BINARY MODEL

Starts the server on a free port, asks it as the official `openai` package does, and stops it with SIGTERM. Exit status 0 when
all holds, 77 (skipped) when the package is not installed.
"""
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import urllib.request

try:
    import openai
except ImportError:
    print("skipped: the openai package is not installed (pip install openai)")
    sys.exit(77)

KEY = "test-key-1"
MESSAGES = [{"role": "user", "content": "Say hello."}]


def start(binary, model, home):
    environment = dict(os.environ, LLMOPS_API_KEY=KEY, LLMOPS_REGISTRY=os.path.join(home, "registry.db"))
    command = [binary, "--json", "serve", "--model", model, "--model-name", "tiny", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True)
    line = server.stdout.readline()
    if not line:
        raise SystemExit(f"the server did not start: exit {server.wait()}")
    return server, json.loads(line), environment


def expect_error(kind, call, **fields):
    try:
        call()
    except kind as error:
        for name, value in fields.items():
            assert getattr(error, name) == value, (name, getattr(error, name), value)
        return
    raise AssertionError(f"{kind.__name__} was expected")


def check_models(client):
    assert [model.id for model in client.models.list()] == ["tiny"]
    assert client.models.retrieve("tiny").id == "tiny"
    expect_error(openai.NotFoundError, lambda: client.models.retrieve("other"), code="model_not_found")


def check_chat(client):
    answer = client.chat.completions.create(model="tiny", messages=MESSAGES, max_tokens=8, temperature=0)
    choice = answer.choices[0]
    assert choice.message.role == "assistant" and choice.finish_reason in ("stop", "length")
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
    assert 0 < answer.usage.completion_tokens <= 8 or choice.finish_reason == "stop"

    text, usage, reason = "", None, None
    stream = client.chat.completions.create(
        model="tiny", messages=MESSAGES, max_tokens=8, temperature=0, stream=True, stream_options={"include_usage": True})
    for chunk in stream:
        usage = chunk.usage or usage
        for part in chunk.choices:
            text += part.delta.content or ""
            reason = part.finish_reason or reason
    assert text == choice.message.content, (text, choice.message.content)
    assert reason == choice.finish_reason
    assert usage.model_copy(update={"prompt_tokens_details": None}) == answer.usage.model_copy(
        update={"prompt_tokens_details": None}), (usage, answer.usage)
    # The second time whole blocks of the prompt are in the cache.
    assert answer.usage.prompt_tokens_details.cached_tokens <= usage.prompt_tokens_details.cached_tokens
    assert usage.prompt_tokens_details.cached_tokens == (usage.prompt_tokens - 1) // 16 * 16


def check_seed_and_logprobs(client):
    def sample(seed):
        return client.chat.completions.create(
            model="tiny", messages=MESSAGES, max_tokens=12, seed=seed, logprobs=True, top_logprobs=2).choices[0]

    first, again = sample(5), sample(5)
    assert first.message.content == again.message.content
    for token in first.logprobs.content:
        assert token.logprob <= 1e-6 and len(token.top_logprobs) == 2
        assert token.top_logprobs[0].logprob >= token.top_logprobs[1].logprob


def check_text(client):
    answer = client.completions.create(model="tiny", prompt=["Once upon", "The"], max_tokens=4, n=2, temperature=0)
    assert [choice.index for choice in answer.choices] == [0, 1, 2, 3]
    assert answer.choices[0].text == answer.choices[1].text
    whole = answer.choices[0].text
    if len(whole) > 2:
        stopped = client.completions.create(model="tiny", prompt="Once upon", max_tokens=4, temperature=0, stop=whole[1:3])
        assert whole[1:3] not in stopped.choices[0].text and stopped.choices[0].finish_reason == "stop"


def check_errors(client, url):
    expect_error(openai.BadRequestError, lambda: client.chat.completions.create(model="tiny", messages=[]), param="messages")
    expect_error(openai.BadRequestError,
                 lambda: client.completions.create(model="tiny", prompt="a " * 100_000, max_tokens=1),
                 code="context_length_exceeded")
    expect_error(openai.NotFoundError, lambda: client.chat.completions.create(model="other", messages=MESSAGES))
    stranger = openai.OpenAI(base_url=url + "/v1", api_key="wrong", max_retries=0)
    expect_error(openai.AuthenticationError, stranger.models.list, status_code=401)


def check_together(client):
    alone = client.chat.completions.create(model="tiny", messages=MESSAGES, max_tokens=16, seed=3).choices[0].message.content
    answers = [None] * 6

    def ask(index):
        answers[index] = client.chat.completions.create(model="tiny", messages=MESSAGES, max_tokens=16, seed=3)

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(len(answers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for answer in answers:
        assert answer.choices[0].message.content == alone, (answer.choices[0].message.content, alone)


def check_metrics(url):
    request = urllib.request.Request(url + "/metrics", headers={"Authorization": f"Bearer {KEY}"})
    text = urllib.request.urlopen(request).read().decode()
    for name in ("llmops:time_to_first_token_seconds_bucket", "llmops:kv_cache_usage_perc", "llmops:generation_tokens_total"):
        assert name in text, name


def main():
    binary, model = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as home:
        server, listening, environment = start(binary, model, home)
        try:
            url = listening["url"]
            client = openai.OpenAI(base_url=url + "/v1", api_key=KEY, max_retries=0, timeout=120)
            check_models(client)
            check_chat(client)
            check_seed_and_logprobs(client)
            check_text(client)
            check_errors(client, url)
            check_together(client)
            check_metrics(url)
        finally:
            server.send_signal(signal.SIGTERM)
        rest = server.stdout.read()
        assert server.wait(timeout=60) == 0, server.returncode
        stopped = json.loads(rest.strip().splitlines()[-1])
        assert stopped["drained"] and stopped["requests"] >= 15 and stopped["not_recorded"] == 0, stopped
        report = json.loads(subprocess.check_output([binary, "--json", "monitor", "--since", "1h"], env=environment))
        assert report["traffic"]["requests"] == stopped["requests"], (report["traffic"], stopped)
        assert report["traffic"]["total_completion_tokens"] == stopped["completion_tokens"]
    print(f"ok: openai {openai.__version__}, {stopped['requests']} requests, {stopped['completion_tokens']} tokens")


if __name__ == "__main__":
    main()
