"""The dashboard's look, on top of NiceGUI's: one set of colours for light and one for dark."""

STYLE = """
:root { --line: #dfe4ea; --card: #ffffff; --page: #f3f5f8; --text: #1c2430; --dim: #5b6675; --land: #d8dee6; }
body.body--dark { --line: #2a3442; --card: #161e29; --page: #0e141c; --text: #e6ebf2; --dim: #94a1b2; --land: #2b3645; }
body, .q-page, .q-tab-panels, .nicegui-content { background: var(--page) !important; color: var(--text); }
.nicegui-content { padding: 0; gap: 0; }
.q-header.bar { background: #14213d; color: #fff; }
.tabs { background: var(--card); border-bottom: 1px solid var(--line); color: var(--dim); }
.tabs .q-tab--active { color: var(--text); }
.q-card.panel { background: var(--card); border: 1px solid var(--line); border-radius: 12px; box-shadow: none; padding: 1rem;
  gap: .5rem; color: var(--text); min-width: 0; width: 100%; }
.title { font-weight: 600; font-size: .95rem; }
.dim { color: var(--dim); font-size: .8rem; }
.number { font-size: 1.6rem; font-weight: 650; line-height: 1.2; font-variant-numeric: tabular-nums; }
.world svg { width: 100%; height: auto; display: block; }
.world path { fill: var(--land); stroke: var(--card); stroke-width: 1.5; }
.lines, .lines .nicegui-log, .nicegui-log.lines { background: transparent; border: 0 !important; padding: 0; color: var(--text); font-size: .82rem;
  white-space: pre-wrap; }
.q-table__container { background: var(--card) !important; color: var(--text) !important; border: 1px solid var(--line);
  border-radius: 12px; box-shadow: none; }
.q-table tbody td, .q-table thead tr th, .q-table__bottom { border-color: var(--line) !important; }
.q-table th { color: var(--dim); font-weight: 600; }
.q-table td, .q-table th { font-variant-numeric: tabular-nums; }
.chatline { padding: .15rem .25rem; border-radius: 6px; overflow-wrap: anywhere; }
.chatline .nick { font-weight: 600; }
.chatline time { color: var(--dim); font-size: .75rem; margin-right: .5rem; }
.chatline.mine { background: color-mix(in srgb, #2563eb 12%, transparent); }
:focus-visible { outline: 3px solid #60a5fa !important; outline-offset: 1px; }
@media (max-width: 700px) {
  .phone-no { display: none !important; }
  .q-table td, .q-table th { padding: 4px 8px !important; }
}
"""
