// The style of the annotation page, light and dark by the reader's preference.
#pragma once

namespace llmops::serve {

inline constexpr const char* kAnnotateStyle = R"css(
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --page: #f5f6f8; --card: #fff; --rule: #d5dae2;
  --a: #2458b8; --on-a: #fff; --good: #1d6f47; --bad: #b3261e; --tint: #e8effc; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6eaf0; --soft: #9aa5b4; --page: #14181e; --card: #1d232b; --rule: #39434f; --a: #8ab2ff; --on-a: #10141a;
    --good: #4cc38a; --bad: #ff8a80; --tint: #24324a; }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; padding: 10px 16px; background: var(--card);
  border-bottom: 1px solid var(--rule); position: sticky; top: 0; }
header progress { flex: 1; min-width: 80px; height: 8px; accent-color: var(--a); }
main { max-width: 860px; margin: 0 auto; padding: 16px; }
h1 { font-size: 22px; margin: 0 0 4px; }
.soft, label, dt { color: var(--soft); font-size: 14px; }
section, #enter, .field { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 12px 16px;
  margin: 0 0 12px; }
.field h2 { margin: 0 0 4px; font-size: 13px; font-weight: 600; color: var(--soft); }
.field div { white-space: pre-wrap; overflow-wrap: anywhere; max-height: 60vh; overflow-y: auto; }
.field.assistant { background: var(--tint); }
#suggestion { border-left: 4px solid var(--good); padding: 4px 12px; margin: 0 0 12px; white-space: pre-wrap;
  overflow-wrap: anywhere; }
#answers { display: flex; flex-wrap: wrap; gap: 8px; margin: 12px 0; }
button { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--rule); border-radius: 8px;
  padding: 8px 14px; min-height: 44px; cursor: pointer; }
button:hover { border-color: var(--a); }
button:focus-visible, input:focus-visible, textarea:focus-visible { outline: 3px solid var(--a); outline-offset: 1px; }
button.main, button[aria-pressed="true"] { background: var(--a); border-color: var(--a); color: var(--on-a); }
kbd { font: 12px ui-monospace, monospace; border: 1px solid currentColor; border-radius: 4px; padding: 0 5px; opacity: .75; }
#tools { display: flex; flex-wrap: wrap; gap: 8px; border-top: 1px solid var(--rule); padding-top: 12px; }
#tools button { padding: 4px 10px; font-size: 14px; min-height: 36px; }
input, textarea { font: inherit; color: inherit; background: var(--page); border: 1px solid var(--rule); border-radius: 8px;
  padding: 8px 12px; }
#enter input { display: block; width: 100%; margin: 4px 0 12px; }
textarea { width: 100%; min-height: 180px; }
#note-form { margin-top: 12px; }
#instructions { white-space: pre-wrap; margin: 0 0 12px; }
#message { min-height: 24px; color: var(--soft); }
#message.bad { color: var(--bad); font-weight: 600; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: 4px 10px; border-bottom: 1px solid var(--rule); }
th:first-child, td:first-child { text-align: left; overflow-wrap: anywhere; }
th { color: var(--soft); font-weight: 500; font-size: 13px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 0; }
dd { margin: 0; }
@media (max-width: 560px) { main { padding: 8px; } #answers button { flex: 1 1 40%; } }
@media (prefers-reduced-motion: no-preference) { button { transition: border-color .1s; } }
)css";

}  // namespace llmops::serve
