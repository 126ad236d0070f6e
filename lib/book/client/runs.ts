/// <reference lib="dom" />
// The panel of a run: what it was, what came out, and how to run it again.
import type { RunPanel } from '../runPanel';
import { staysInTab } from './clicks';
import { plot } from './plot';
import { loadData } from './scripts';

const dialog = (): HTMLDialogElement => document.getElementById('run') as HTMLDialogElement;

/** Counts what was asked for: an earlier run that comes late does not cover what is shown since. */
let asked = 0;

/** Opens the panel of a run, by its id: `tiny/topk-training/code-none--s1--seed0`. */
export async function showRun(id: string): Promise<void> {
  const own = ++asked;
  const wasOpen = dialog().open;
  const panel = await loadData<RunPanel>(`runs/${id}.js`).catch(() => null);
  const drawing = panel?.curves ? await drawn(panel.curves) : null;
  // The close event comes later than a script may: whether somebody closed the dialog is asked of the dialog itself.
  const wasClosed = wasOpen && !dialog().open;
  if (own !== asked || wasClosed) return;
  if (panel === null)
    return open(id, paragraph('The record of this run could not be loaded, or the book has none.'));
  const { facts, differs, metrics, command, files } = panel;
  open(
    panel.title,
    definitions(facts),
    heading('What sets it apart'),
    differs.length > 0 ? definitions(differs) : paragraph('Nothing among the runs of its profile.'),
    heading('Run it again'),
    element('pre', command),
    heading('What came out'),
    table('What came out', ['', 'value', '95 % interval', 'of'], metrics),
    ...(drawing === null ? [] : [heading('How it went'), drawing]),
    heading('Files'),
    list(files.map(({ name, address, bytes }) => link(address, `${name} (${bytes})`))),
  );
}

/** Opens a list of the runs behind one mark. */
export function showRuns(ids: readonly string[]): void {
  asked++;
  const items = ids.map((id) => {
    const button = element('button', id);
    button.addEventListener('click', () => void showRun(id));
    return button;
  });
  open(`${ids.length} runs are behind this mark`, list(items));
}

/** Links that name a run open its panel. */
export function openOnClick(links: Iterable<HTMLElement>): void {
  for (const link of links)
    link.addEventListener('click', (event) => {
      if (!staysInTab(event)) return;
      event.preventDefault();
      void showRun(String(link.dataset.run));
    });
}

function open(title: string, ...content: readonly HTMLElement[]): void {
  const close = element('button', 'Close');
  close.className = 'close';
  close.addEventListener('click', () => dialog().close());
  dialog().setAttribute('aria-label', title);
  dialog().replaceChildren(close, element('h2', title), ...content);
  // What had the focus may be gone with the former content.
  if (dialog().open) close.focus();
  else dialog().showModal();
  dialog().scrollTop = 0;
}

async function drawn(spec: object): Promise<HTMLElement> {
  const box = element('figure');
  box.className = 'plot';
  await plot(box, spec).catch(() => box.append(paragraph('The curves could not be drawn.')));
  return box;
}

function element<K extends keyof HTMLElementTagNameMap>(name: K, text = ''): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

const heading = (text: string): HTMLElement => element('h3', text);
const paragraph = (text: string): HTMLElement => element('p', text);

function definitions(pairs: readonly (readonly [string, string])[]): HTMLElement {
  const made = element('dl');
  made.append(...pairs.flatMap(([term, text]) => [element('dt', term), element('dd', text)]));
  return made;
}

function table(name: string, head: readonly string[], rows: readonly (readonly string[])[]): HTMLElement {
  const box = element('div');
  box.className = 'wide';
  box.tabIndex = 0;
  box.setAttribute('role', 'group');
  box.setAttribute('aria-label', name);
  const row = (cells: readonly string[], kind: 'td' | 'th'): HTMLElement => {
    const line = element('tr');
    // A heading that says nothing is none.
    line.append(...cells.map((cell) => element(cell === '' ? 'td' : kind, cell)));
    return line;
  };
  const [made, top, body] = [element('table'), element('thead'), element('tbody')];
  top.append(row(head, 'th'));
  body.append(...rows.map((cells) => row(cells, 'td')));
  made.append(top, body);
  box.append(made);
  return box;
}

function list(items: readonly HTMLElement[]): HTMLElement {
  const made = element('ul');
  for (const item of items) {
    const line = element('li');
    line.append(item);
    made.append(line);
  }
  return made;
}

function link(address: string, text: string): HTMLElement {
  const made = element('a', text);
  made.href = address;
  made.download = '';
  return made;
}
