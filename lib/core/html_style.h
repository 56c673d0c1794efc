// The style sheet of HTML reports.
#pragma once

namespace llmops {

inline constexpr const char* kHtmlStyle = R"css(
:root { --ink: #1c2430; --soft: #5b6675; --page: #f5f6f8; --card: #ffffff; --rule: #dde1e7; --a: #2f6fde; --b: #e0812b;
  --good: #1d7f4c; --bad: #c0322b; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6eaf0; --soft: #9aa5b4; --page: #14181e; --card: #1d232b; --rule: #323b47; --a: #6ea3ff; --b: #f2a65a;
    --good: #4cc38a; --bad: #ff7a70; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 860px; margin: 0 auto; padding: 32px 16px; }
h1 { font-size: 26px; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 16px; margin: 0 0 8px; }
section { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 16px 20px; margin: 16px 0;
  overflow-x: auto; }
.note { color: var(--soft); font-size: 13px; margin: 4px 0; }
.verdict { font-weight: 600; margin: 16px 0; padding: 10px 16px; border-radius: 8px; border-left: 5px solid var(--soft);
  background: var(--card); }
.verdict.good { border-color: var(--good); color: var(--good); }
.verdict.bad { border-color: var(--bad); color: var(--bad); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 12px; }
.tile { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 12px 16px; }
.tile b { display: block; font-size: 22px; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.tile span { color: var(--soft); font-size: 13px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: 4px 10px; border-bottom: 1px solid var(--rule); }
th { color: var(--soft); font-weight: 500; font-size: 13px; }
th:first-child, td:first-child { text-align: left; }
td { white-space: nowrap; }
td:last-child { white-space: normal; overflow-wrap: anywhere; }
.pairs td { text-align: left; vertical-align: top; white-space: normal; }
.pairs td:first-child { color: var(--soft); width: 34%; overflow-wrap: anywhere; }
.reasons th:last-child, .reasons td:last-child { text-align: left; }
.examples td:last-child { font-size: 12px; width: 40%; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 20px; align-items: start; }
svg { width: 100%; height: auto; display: block; }
svg .axis { fill: var(--soft); font-size: 11px; }
svg .grid { stroke: var(--rule); stroke-width: 1; }
svg rect.a, svg circle.a { fill: var(--a); }
svg rect.b, svg circle.b { fill: var(--b); }
svg .mark { stroke: var(--bad); stroke-width: 1.5; stroke-dasharray: 4 4; }
svg .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
svg .line.a { stroke: var(--a); }
svg .line.b { stroke: var(--b); }
.legend { margin: 0 0 4px; color: var(--soft); font-size: 13px; }
.legend i { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin: 0 4px 0 10px; }
.legend i.a { background: var(--a); margin-left: 0; }
.legend i.b { background: var(--b); }
.legend i.mark { width: 0; border-left: 2px dashed var(--bad); border-radius: 0; vertical-align: -1px; }
@media (max-width: 560px) {
  main { padding: 16px 8px; }
  section { padding: 12px; }
  svg .axis { font-size: 20px; }
  .pairs td { display: block; }
  .pairs td:first-child { width: auto; border: 0; padding-bottom: 0; }
}
)css";

}  // namespace llmops
