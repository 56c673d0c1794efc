// The script of the annotation page. Every text of a record enters the page as text, never as HTML.
#pragma once

namespace llmops::serve {

inline constexpr const char* kAnnotateScript = R"js(
"use strict";
const $ = (id) => document.getElementById(id);
let task = null, turn = null, name = "", shownAt = 0, chosen = new Set(), ranked = [], tie = false, busy = false;

function element(tag, text, parent, className) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  if (parent) parent.append(made);
  return made;
}

function say(text, bad) {
  $("message").textContent = text;
  $("message").classList.toggle("bad", Boolean(bad));
}

async function call(what, body) {
  const reply = await fetch("api/" + what, { method: "POST", headers: { "Content-Type": "application/json" },
                                             body: JSON.stringify(body || {}) });
  const json = await reply.json();
  if (!reply.ok) throw new Error(json.error.message);
  return json;
}

// One request at a time: a key held down must not answer the next record, too.
async function send(what, body) {
  if (busy) return;
  busy = true;
  try {
    show(await call(what, Object.assign({ annotator: name, id: turn && turn.id,
                                          seconds: (performance.now() - shownAt) / 1000 }, body)));
  } catch (error) {
    say(error.message === "Failed to fetch" ? "The server has stopped; what you answered is kept." : error.message, true);
  } finally {
    busy = false;
  }
}

function show(reply) {
  const fresh = !turn || !reply.turn || turn.id !== reply.turn.id || reply.fresh;
  turn = reply.turn;
  const p = reply.progress;
  $("bar").max = Math.max(1, p.done + p.left);
  $("bar").value = p.done;
  $("place").textContent = turn ? (p.done + 1) + " of " + (p.done + p.left) : p.done + " done";
  $("record").hidden = !turn;
  $("done").hidden = Boolean(turn);
  if (reply.said !== undefined) say(reply.said);
  if (!turn) return;
  $("flag").setAttribute("aria-pressed", String(turn.flagged));
  if (!fresh) return;
  shownAt = performance.now();
  chosen = new Set(task.multiple && Array.isArray(turn.before) ? turn.before : []);
  ranked = [];
  tie = false;
  $("note").value = turn.note;
  $("note-form").hidden = true;
  drawFields();
  drawSuggestion();
  drawAnswers();
  window.scrollTo(0, 0);
}

function drawFields() {
  const fields = $("fields");
  fields.replaceChildren();
  for (const [title, text] of turn.fields) {
    const field = element("div", undefined, fields, "field" + (title === "assistant" ? " assistant" : ""));
    element("h2", title, field);
    element("div", text, field);
  }
}

function drawSuggestion() {
  const box = $("suggestion");
  box.hidden = !turn.suggestion;
  box.replaceChildren();
  if (!turn.suggestion) return;
  const s = turn.suggestion;
  element("span", "Suggested by " + s.source + (s.score === null ? "" : " (" + s.score.toFixed(2) + ")") + ": ", box, "soft");
  element("strong", s.text, box);
  element("span", " ", box);
  button("Accept", "y", box, () => press("y"));
}

function button(text, key, parent, action, pressed) {
  const made = element("button", text + " ", parent);
  made.type = "button";
  if (key) element("kbd", key === "\n" ? "Enter" : key, made);
  if (pressed !== undefined) made.setAttribute("aria-pressed", String(pressed));
  made.addEventListener("click", () => { action(); made.blur(); });
  return made;
}

function drawAnswers() {
  const box = $("answers");
  box.replaceChildren();
  if (task.kind === "label") {
    task.labels.forEach((label, i) => button(label, task.keys[i], box, () => choose(i),
                                             task.multiple ? chosen.has(label) : turn.before === label));
    if (task.multiple) button("Done", "\n", box, () => press("\n")).classList.add("main");
  } else if (task.kind === "rate") {
    task.keys.forEach((key, i) => button(String(task.scale[0] + i), key, box, () => press(key),
                                         turn.before === task.scale[0] + i));
  } else if (task.kind === "rank") {
    for (let i = 1; i <= turn.candidates; ++i)
      button(String(i), String(i), box, () => press(String(i)), ranked.flat().includes(i));
    button("Tie", "=", box, () => press("="), tie);
    if (turn.candidates > 2) button("Done", "\n", box, () => press("\n")).classList.add("main");
    say(ranked.map((group) => group.join(" = ")).join(" > "));
  } else {
    const area = element("textarea", undefined, box);
    area.id = "text";
    area.setAttribute("aria-label", "Corrected text");
    area.value = turn.before === undefined ? turn.text : turn.before;
    button("Keep this text", "Ctrl Enter", box, () => send("answer", { value: area.value })).classList.add("main");
  }
}

function choose(i) {
  const label = task.labels[i];
  if (!task.multiple) return send("answer", { value: label });
  if (!chosen.delete(label)) chosen.add(label);
  drawAnswers();
}

function sendRanks() {
  const ranks = [];
  for (let i = 1; i <= turn.candidates; ++i) {
    const place = ranked.findIndex((group) => group.includes(i));
    ranks.push(place < 0 ? ranked.length + 1 : place + 1);
  }
  send("answer", { value: ranks });
}

function pressRank(key) {
  if (key === "\n") return ranked.length ? sendRanks() : undefined;
  if (key === "Backspace") { ranked = []; tie = false; return drawAnswers(); }
  if (key === "=") {
    if (turn.candidates === 2) return send("answer", { value: [1, 1] });
    tie = ranked.length > 0;
    return drawAnswers();
  }
  const candidate = Number(key);
  if (!(candidate >= 1 && candidate <= turn.candidates) || ranked.flat().includes(candidate)) return;
  if (tie) ranked[ranked.length - 1].push(candidate); else ranked.push([candidate]);
  tie = false;
  if (turn.candidates === 2 || ranked.flat().length === turn.candidates) return sendRanks();
  drawAnswers();
}

function toggle(id, control) {
  $(id).hidden = !$(id).hidden;
  $(control).setAttribute("aria-expanded", String(!$(id).hidden));
}

function press(key) {
  if (key === "?") return toggle("help", "show-help");
  if (key === "u") return send("undo");
  if (!turn) return;
  if (key === "s") return send("skip");
  if (key === "f") return send("flag", { flagged: !turn.flagged });
  if (key === "n") { $("note-form").hidden = false; return $("note").focus(); }
  if (key === "e" && $("text")) return $("text").focus();
  if (key === "y") return turn.suggestion ? send("answer", { value: turn.suggestion.value, accepted: true }) : undefined;
  if (task.kind === "rank") return pressRank(key);
  if (task.kind === "label" && task.multiple && key === "\n") return send("answer", { value: [...chosen] });
  const i = task.keys.indexOf(key);
  if (i < 0 || key === "") return;
  if (task.kind === "label") return choose(i);
  if (task.kind === "rate") return send("answer", { value: task.scale[0] + i });
}

document.addEventListener("keydown", (event) => {
  const typing = /^(INPUT|TEXTAREA)$/.test(event.target.tagName);
  if (event.target.id === "text" && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    return send("answer", { value: event.target.value });
  }
  if (event.key === "Escape" && typing) return event.target.blur();
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat || !task || !name) return;
  if (event.key === "Enter" && event.target.tagName === "BUTTON") return;
  const key = event.key === "Enter" ? "\n" : event.key;
  if (key.length > 1 && key !== "Backspace") return;
  event.preventDefault();
  press(key);
});

function drawTeam(team) {
  const box = $("team");
  box.replaceChildren();
  element("p", team.complete + " of " + team.records + " records have all their answers.", box);
  const table = element("table", undefined, box), head = element("tr", undefined, element("thead", undefined, table));
  for (const title of ["annotator", "answered", "skipped", "with others"]) element("th", title, head);
  const rows = element("tbody", undefined, table);
  for (const one of team.annotators) {
    const row = element("tr", undefined, rows);
    for (const cell of [one.name, one.answered, one.skipped, one.with_others === null ? "-" :
                        (100 * one.with_others).toFixed(0) + "%"]) element("td", String(cell), row);
  }
  for (const q of team.questions)
    element("p", q.name + ": " + (q.alpha === null ? "no agreement to measure yet" : "Krippendorff's alpha " +
            q.alpha.toFixed(3) + ", " + (100 * q.agreed).toFixed(0) + "% equal, over all that has two answers and more (" +
            q.shared + ")"), box, "soft");
}

async function refreshTeam() {
  if ($("team").hidden) return;
  try { drawTeam(await call("progress")); } catch (error) { say(error.message, true); }
}

function drawHelp() {
  const list = element("dl", undefined, $("help"));
  const keys = [["u", "back to the record before"], ["s", "skip"], ["f", "flag for others to see"], ["n", "note"],
                ["y", "as suggested"], ["?", "these keys"]];
  const answers = task.keys.map((key, i) => [key || "-", task.kind === "label" ? task.labels[i] : String(task.scale[0] + i)]);
  for (const [key, meaning] of answers.concat(keys)) { element("kbd", key, element("dt", undefined, list)); element("dd", meaning, list); }
}

async function begin(wanted) {
  name = wanted;
  $("who").textContent = name;
  $("enter").hidden = true;
  sessionStorage.setItem("annotator", name);
  await send("next");
  if (!turn && $("done").hidden) { name = ""; $("enter").hidden = false; }
}

async function start() {
  task = await call("task");
  $("instructions").textContent = task.instructions;
  $("instructions").hidden = !task.instructions;
  drawHelp();
  const known = sessionStorage.getItem("annotator");
  if (known) return begin(known);
  $("enter").hidden = false;
  $("name").focus();
}

$("enter").addEventListener("submit", (event) => { event.preventDefault(); begin($("name").value.trim()); });
$("note-form").addEventListener("submit", (event) => {
  event.preventDefault();
  $("note-form").hidden = true;
  $("note").blur();
  send("note", { note: $("note").value });
});
$("again").addEventListener("click", () => send("next"));
$("back").addEventListener("click", () => send("undo"));
$("show-help").addEventListener("click", () => toggle("help", "show-help"));
$("show-team").addEventListener("click", () => { toggle("team", "show-team"); refreshTeam(); });
for (const tool of document.querySelectorAll("#tools [data-key]"))
  tool.addEventListener("click", () => { press(tool.dataset.key); if (tool.dataset.key !== "n") tool.blur(); });
setInterval(refreshTeam, 5000);
start().catch((error) => say(error.message, true));
)js";

}  // namespace llmops::serve
