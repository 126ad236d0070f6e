/// <reference lib="dom" />
// Figures that answer to the pointer: drawn by Vega when they come into view, in place of their pictures.
import { plot } from './plot';
import { showRun, showRuns } from './runs';
import { loadData } from './scripts';

export function enliven(figures: Iterable<HTMLElement>): void {
  const seen = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) continue;
        seen.unobserve(target);
        draw(target as HTMLElement).catch((error) => console.error(error));
      }
    },
    { rootMargin: '200px' },
  );
  for (const figure of figures) seen.observe(figure);
}

async function draw(figure: HTMLElement): Promise<void> {
  const spec = await loadData<object>(String(figure.dataset.spec));
  const drawn = document.createElement('div');
  const view = await plot(drawn, spec);
  view.addEventListener('click', (_, item) => {
    const runs = item?.datum?.runs ?? [];
    if (runs.length === 1) void showRun(runs[0]);
    else if (runs.length > 1) showRuns(runs);
  });
  const picture = figure.querySelector('img');
  drawn.setAttribute('role', 'group');
  drawn.setAttribute('aria-label', picture?.alt ?? 'figure');
  picture?.replaceWith(drawn);
}
