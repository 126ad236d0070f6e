/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// What a page of the book does beside being read.
import { enliven } from './figures';
import { openOnClick } from './runs';
import { deliver } from './scripts';
import { searchField } from './search';
import { themeButton } from './theme';

Object.assign(window, { bookData: deliver });

const byId = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;

themeButton(byId('theme'));
searchField(byId('query'), byId('found'));
menuButton(byId('menu-button'), byId('menu'));
foldButton(byId('fold'), [...document.querySelectorAll<HTMLDetailsElement>('details.code')]);
enliven(document.querySelectorAll<HTMLElement>('figure.plot'));
openOnClick(document.querySelectorAll<HTMLElement>('[data-run]'));

function menuButton(button: HTMLButtonElement, menu: HTMLElement): void {
  button.addEventListener('click', () => {
    button.setAttribute('aria-expanded', String(menu.classList.toggle('open')));
  });
}

function foldButton(button: HTMLButtonElement, cells: readonly HTMLDetailsElement[]): void {
  button.hidden = cells.length === 0;
  button.addEventListener('click', () => {
    const open = cells.some((cell) => cell.open);
    for (const cell of cells) cell.open = !open;
    button.textContent = open ? 'Show code' : 'Hide code';
  });
}
