/// <reference lib="dom" />
// Before anything is drawn: that there is script, and light or dark as the reader wants it.
import { startTheme } from './theme';

document.documentElement.dataset.script = '';
startTheme();
