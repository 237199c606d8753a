export const STYLES = `
:host {
  --ink: #1d2326; --soft: #5b666b; --paper: #fbfaf6; --line: #dcd8cc; --good: #0f6a63; --warn: #8a5a00; --bad: #b3261e;
  display: flex; max-height: 32em; color-scheme: light dark; color: var(--ink); background: var(--paper);
  border: 1px solid var(--line); border-radius: 10px; font: 14px/1.45 system-ui, sans-serif; overflow: hidden;
  container-type: inline-size;
}
:host([hidden]), [hidden] { display: none; }
@media (prefers-color-scheme: dark) {
  :host {
    --ink: #e6e9ea; --soft: #9aa5aa; --paper: #14181c; --line: #2c343a; --good: #5fd0c3; --warn: #e8b64c; --bad: #ff8a80;
  }
}
section { display: flex; flex: 1; flex-direction: column; min-width: 0; }
header { padding: 12px 16px; border-bottom: 1px solid var(--line); }
h2 { margin: 0 0 8px; font-size: 14px; font-weight: 600; }
dl { display: flex; flex-wrap: wrap; gap: 4px 24px; margin: 0; }
dl div { display: flex; flex-direction: column; min-width: 0; }
dt { color: var(--soft); font-size: 12px; }
dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
dd:not([class='']) { font-weight: 600; }
[role='status']:not(:empty) { margin: 8px 0 0; overflow-wrap: anywhere; }
[role='status']::before { content: 'Latest: '; color: var(--soft); }
[role='status']:empty { margin: 0; }
[role='status']:empty::before { content: none; }
.scroll { flex: 1; min-height: 6em; overflow: auto; }
.scroll:focus-visible { outline: 2px solid var(--good); outline-offset: -2px; }
table { width: 100%; border-collapse: collapse; }
th { position: sticky; top: 0; background: var(--paper); text-align: start; color: var(--soft); font-size: 12px; font-weight: 500; }
th, td { padding: 4px 8px; border-bottom: 1px solid var(--line); vertical-align: baseline; }
th:first-child, td:first-child { padding-inline-start: 16px; }
td { font-variant-numeric: tabular-nums; overflow-wrap: break-word; }
td:first-child, td:nth-child(5) { white-space: nowrap; color: var(--soft); }
.kind, .result { white-space: nowrap; }
dd.good, .good .kind, .good .result { color: var(--good); }
dd.warn, .warn .kind, .warn .result { color: var(--warn); }
dd.bad, .bad .kind, .bad .result { color: var(--bad); }
.empty { padding: 16px; margin: 0; color: var(--soft); }
@container (max-width: 44em) {
  th, td { padding-inline: 6px; font-size: 13px; }
  td:nth-child(5) { white-space: normal; }
  .result { white-space: normal; }
}
@container (max-width: 32em) {
  th:nth-child(5), td:nth-child(5) { display: none; }
  .kind { white-space: normal; }
}
`
