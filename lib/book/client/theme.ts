/// <reference lib="dom" />
// Light or dark: as the system says, until the reader chooses.
const KEY = 'gestalt-theme';
type Theme = 'light' | 'dark';

export function startTheme(): void {
  document.documentElement.dataset.theme = chosen() ?? ofSystem();
}

function ofSystem(): Theme {
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

/** Browsers may refuse to keep anything for pages that are opened from a folder. */
function chosen(): Theme | null {
  try {
    return localStorage.getItem(KEY) as Theme | null;
  } catch {
    return null;
  }
}

export function themeButton(button: HTMLButtonElement): void {
  const root = document.documentElement;
  const say = (): void => {
    button.textContent = root.dataset.theme === 'dark' ? 'Light' : 'Dark';
  };
  say();
  button.addEventListener('click', () => {
    root.dataset.theme = root.dataset.theme === 'dark' ? 'light' : 'dark';
    say();
    try {
      localStorage.setItem(KEY, root.dataset.theme);
    } catch {
      // Then it holds for this page.
    }
  });
}
