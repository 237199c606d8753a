export const STYLES = `
:host {
  --ink: #1d2326; --soft: #5b666b; --paper: #fbfaf6; --line: #dcd8cc; --good: #0f6a63; --warn: #8a5a00; --bad: #b3261e;
  display: block; color-scheme: light dark; color: var(--ink); background: var(--paper);
  border: 1px solid var(--line); border-radius: 10px; font: 14px/1.45 system-ui, sans-serif; overflow: hidden;
}
@media (prefers-color-scheme: dark) {
  :host {
    --ink: #e6e9ea; --soft: #9aa5aa; --paper: #14181c; --line: #2c343a; --good: #5fd0c3; --warn: #e8b64c; --bad: #ff8a80;
  }
}
header { padding: 12px 16px; border-bottom: 1px solid var(--line); }
h2 { margin: 0 0 8px; font-size: 14px; font-weight: 600; }
dl { display: flex; flex-wrap: wrap; gap: 4px 24px; margin: 0; }
dl div { display: flex; flex-direction: column; }
dt { color: var(--soft); font-size: 12px; }
dd { margin: 0; font-variant-numeric: tabular-nums; }
.active { color: var(--good); font-weight: 600; }
.login-required { color: var(--bad); font-weight: 600; }
.scroll { max-height: 20em; overflow: auto; }
.scroll:focus-visible { outline: 2px solid var(--good); outline-offset: -2px; }
table { width: 100%; border-collapse: collapse; }
th { position: sticky; top: 0; background: var(--paper); text-align: start; color: var(--soft); font-size: 12px; font-weight: 500; }
th, td { padding: 4px 16px; border-bottom: 1px solid var(--line); vertical-align: baseline; }
td { font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
td:first-child, td:nth-child(5) { white-space: nowrap; color: var(--soft); }
.kind { white-space: nowrap; }
.good .kind, .good .result { color: var(--good); }
.warn .kind, .warn .result { color: var(--warn); }
.bad .kind, .bad .result { color: var(--bad); }
.empty { padding: 16px; margin: 0; color: var(--soft); }
`
