/// <reference lib="dom" />
/** Whether a click on a link leads on in this tab; others open a tab or a window. */
export function staysInTab({ ctrlKey, metaKey, shiftKey, button }: MouseEvent): boolean {
  return !ctrlKey && !metaKey && !shiftKey && button === 0;
}
