"""A model hub for tests: the listing, file facts with hashes, Range requests, and transfers that break off.

Usage: hub_server.py FOLDER  -> prints its port, then serves until standard input closes.
FOLDER/OWNER/NAME/ is a model's repository, FOLDER/datasets/OWNER/NAME/ a data set's. All of their revisions are one
commit, "c0ffee" for models and forty digits for data sets. Its file `hub.json` may say
  token      required as a bearer token
  break      {file: bytes}: the first transfer of that file ends after so many bytes
  corrupt    [file]: a flipped byte in every transfer
  siblings   names listed besides the files there are
  tags       of the repository
  small      [file]: known by its Git hash, as files outside of large file storage are
Every request is logged to FOLDER/requests.log as "METHOD PATH RANGE TOKEN".
"""
import hashlib
import http.server
import json
import pathlib
import sys
import threading
import urllib.parse

ROOT = pathlib.Path(sys.argv[1])
COMMIT = "c0ffee"
DATA_COMMIT = "c0ffee" + "0" * 34
PAGE = 3  # entries of a tree's page
broken = set()


def git_hash(body):
    return hashlib.sha1(b"blob %d\0" % len(body) + body).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def reply(self, status, body=b"", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def settings(self, repository):
        file = ROOT / repository / "hub.json"
        return json.loads(file.read_text()) if file.exists() else {}

    def denied(self, settings):
        token = settings.get("token")
        return token and self.headers.get("Authorization") != f"Bearer {token}"

    def handle_request(self):
        url = urllib.parse.urlparse(self.path)
        with open(ROOT / "requests.log", "a") as log:
            log.write(f"{self.command} {url.path} {self.headers.get('Range', '-')} {self.headers.get('Authorization', '-')}\n")
        parts = [urllib.parse.unquote(part) for part in url.path.strip("/").split("/")]
        if parts[0] == "datasets" or parts[:2] == ["api", "datasets"]:
            return self.handle_dataset(parts, urllib.parse.parse_qs(url.query))
        if parts[:2] == ["api", "models"] and len(parts) == 2:
            return self.search(ROOT)
        if parts[:2] == ["api", "models"] and len(parts) == 6 and parts[4] == "revision":
            return self.listing("/".join(parts[2:4]), parts[5])
        if len(parts) == 5 and parts[2] == "resolve":
            return self.file("/".join(parts[:2]), parts[4])
        return self.reply(404)

    def handle_dataset(self, parts, query):
        if parts[0] == "datasets" and len(parts) > 5 and parts[3] == "resolve":
            return self.file("/".join(parts[:3]), "/".join(parts[5:]))
        if len(parts) == 2:
            return self.search(ROOT / "datasets")
        repository = "datasets/" + "/".join(parts[2:4])
        if self.denied(self.settings(repository)):
            return self.reply(401)
        known = (ROOT / repository).is_dir() and parts[5] in ("main", "v1", "refs/convert/parquet", DATA_COMMIT)
        if known and parts[4] == "revision":
            return self.reply(200, json.dumps({"sha": DATA_COMMIT, "tags": []}).encode())
        if known and parts[4] == "tree" and query.get("recursive") == ["true"]:
            return self.tree(repository, int(query.get("cursor", ["0"])[0]))
        return self.reply(404)

    def search(self, root):
        found = [f"{p.parent.name}/{p.name}" for p in sorted(root.glob("*/*")) if p.is_dir()]
        return self.reply(200, json.dumps([{"id": name} for name in found]).encode())

    def tree(self, repository, start):
        folder, settings = ROOT / repository, self.settings(repository)
        entries = [{"type": "file", "path": name, "size": 1, "oid": "0" * 40} for name in settings.get("siblings", [])]
        for path in sorted(folder.rglob("*")):
            name = str(path.relative_to(folder))
            if path.is_dir():
                entries.append({"type": "directory", "path": name, "size": 0, "oid": "0" * 40})
            elif name != "hub.json":
                body = path.read_bytes()
                entry = {"type": "file", "path": name, "size": len(body), "oid": git_hash(body)}
                if name not in settings.get("small", []):
                    entry.update(oid="0" * 40, lfs={"oid": hashlib.sha256(body).hexdigest(), "size": len(body)})
                entries.append(entry)
        page, end = entries[start:start + PAGE], start + PAGE
        next_url = f"https://hub.example/api/{repository}/tree/{DATA_COMMIT}?recursive=true&cursor={end}"
        headers = [("Link", f'<{next_url}>; rel="next"')] if end < len(entries) else []
        return self.reply(200, json.dumps(page).encode(), headers)

    def listing(self, repository, revision):
        settings = self.settings(repository)
        if self.denied(settings):
            return self.reply(401)
        folder = ROOT / repository
        if not folder.is_dir() or revision not in ("main", "v1", COMMIT):
            return self.reply(404)
        names = [file.name for file in sorted(folder.iterdir()) if file.name != "hub.json"] + settings.get("siblings", [])
        body = {"sha": COMMIT, "tags": settings.get("tags", []), "siblings": [{"rfilename": name} for name in names]}
        return self.reply(200, json.dumps(body).encode())

    def file(self, repository, name):
        settings = self.settings(repository)
        if self.denied(settings):
            return self.reply(401)
        path = ROOT / repository / name
        if not path.is_file():
            return self.reply(404)
        body = path.read_bytes()
        facts = [("X-Repo-Commit", COMMIT), ("ETag", '"%s"' % hashlib.sha256(body).hexdigest()), ("X-Linked-Size", str(len(body)))]
        if name in settings.get("corrupt", []):
            body = bytes([body[0] ^ 1]) + body[1:]
        if self.command == "HEAD":
            return self.reply(200, body, facts)
        start = int(self.headers["Range"].split("=")[1].split("-")[0]) if self.headers.get("Range") else 0
        if start >= len(body) > 0:
            return self.reply(416)
        end = len(body)
        if name in settings.get("break", {}) and (repository, name) not in broken:
            broken.add((repository, name))
            end = settings["break"][name]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body) - start))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        self.end_headers()
        self.wfile.write(body[start:end])
        self.close_connection = end < len(body)

    do_GET = do_HEAD = handle_request

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
