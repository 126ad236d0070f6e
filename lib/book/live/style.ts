// One look for the widgets, in the page's own colours, light or dark.

export const STYLE = `
:host { display: block; margin: 1.5rem 0; color: var(--text, CanvasText); font: inherit; color-scheme: inherit; }
:host([hidden]) { display: none; }
* { box-sizing: border-box; }
.frame { border: 1px solid var(--line, #8888); border-radius: 8px; background: var(--surface, Canvas); padding: 1rem 1.1rem; margin-top: .75rem; }
h3 { margin: 0 0 .25rem; font-size: 1.05em; }
p { margin: .35rem 0; }
.note, figcaption, .shown, .axis { font-size: .875em; }
.controls { display: grid; grid-template-columns: repeat(auto-fill, minmax(11.5rem, 1fr)); gap: .75rem 1.25rem; margin: .9rem 0; align-items: end; }
.field { display: grid; gap: .25rem; min-width: 0; }
.field > span { display: flex; justify-content: space-between; gap: .5rem; }
.shown { white-space: nowrap; }
.field.check { grid-template-columns: auto 1fr; align-items: center; gap: .5rem; }
input[type=range] { width: 100%; margin: 0; min-height: 32px; accent-color: var(--accent, LinkText); }
input[type=checkbox] { width: 18px; height: 18px; margin: 0; accent-color: var(--accent, LinkText); }
select, input[type=number], input[type=file] { font: inherit; width: 100%; min-height: 32px; padding: .2rem .4rem; color: var(--text, FieldText); background: var(--surface, Field); border: 1px solid var(--line, #8888); border-radius: 5px; }
button { font: inherit; min-height: 34px; padding: .3rem .9rem; color: var(--text, ButtonText); background: transparent; border: 1px solid var(--accent, LinkText); border-radius: 6px; cursor: pointer; }
.frame > button { margin-top: .5rem; }
button:hover:not(:disabled) { background: color-mix(in srgb, var(--accent, LinkText) 12%, transparent); }
button:disabled, select:disabled, input:disabled { opacity: .55; cursor: default; }
:focus-visible { outline: 2px solid var(--accent, LinkText); outline-offset: 2px; }
.pictures { display: flex; flex-wrap: wrap; gap: .75rem; }
.pictures figure { margin: 0; flex: 0 1 auto; }
figcaption { margin-top: .25rem; overflow-wrap: anywhere; }
[hidden] { display: none !important; }
caption { text-align: left; padding-bottom: .3rem; }
canvas { display: block; max-width: 100%; height: auto; border-radius: 4px; image-rendering: pixelated; }
.buttons { display: flex; gap: .6rem; align-items: center; flex-wrap: wrap; }
progress { flex: 1 1 8rem; accent-color: var(--accent, LinkText); }
.drop { border: 2px dashed var(--line, #8888); border-radius: 8px; padding: 1rem; }
.drop.over { border-color: var(--accent, LinkText); }
table { border-collapse: collapse; font-size: .9em; }
th, td { text-align: left; padding: .15rem .8rem .15rem 0; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
svg { display: block; width: 100%; max-width: 36rem; height: auto; }
svg text { fill: var(--text, CanvasText); font: 12px system-ui, sans-serif; }
svg .grid { stroke: var(--line, #8888); stroke-opacity: .5; }
svg .line { fill: none; stroke: var(--accent, LinkText); stroke-width: 2; }
`;
