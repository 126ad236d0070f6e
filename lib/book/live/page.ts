// A page with every widget, as a page of the book includes them: for tests, and for looking at them alone.
import * as path from 'node:path';
import { writeFileAtomic } from '../../files';
import { bundleLive } from './bundle';
import { WIDGET_NAMES } from './names';

/** Writes `index.html` and `assets/` into a folder; returns the page's file. Throws as `bundleLive`. */
export async function writeLivePage(folder: string): Promise<string> {
  await bundleLive(path.join(folder, 'assets'));
  const file = path.join(folder, 'index.html');
  writeFileAtomic(file, livePage());
  return file;
}

function livePage(): string {
  const elements = WIDGET_NAMES.map(
    (name) => `<gestalt-live widget="${name}"><p>Committed output of ${name}.</p></gestalt-live>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Gestalt: live</title>
<style>
:root { color-scheme: light dark; --text: #1d1d1f; --surface: #ffffff; --line: #c9c9cf; --accent: #0b5cad; }
@media (prefers-color-scheme: dark) { :root { --text: #e8e8ea; --surface: #1b1c1f; --line: #54565c; --accent: #7db8ff; } }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--surface); }
</style>
<script src="assets/live.js"></script>
</head>
<body>
<main>
<h1>Live in the browser</h1>
<h2>Widgets</h2>
${elements.join('\n')}
</main>
</body>
</html>
`;
}
