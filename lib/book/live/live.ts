/// <reference lib="dom" />
// What a page includes: `<gestalt-live widget="relief16">committed outputs</gestalt-live>`, alive at a click.
import { simd } from 'wasm-feature-detect';
import { bytesToLoad, LiveWorker } from './host';
import { WIDGET_NAMES, type WidgetName } from './names';
import { STYLE } from './style';
import { make } from './widgets/controls';
import { distortions } from './widgets/distortions';
import { ownImage } from './widgets/ownImage';
import { relief16 } from './widgets/relief16';
import { suppressions } from './widgets/suppressions';
import { topk } from './widgets/topk';
import { train } from './widgets/train';
import type { Widget } from './widgets/widget';

const WIDGETS: Readonly<Record<WidgetName, Widget>> = {
  relief16,
  topk,
  distortions,
  suppressions,
  train,
  'own-image': ownImage,
};

/** Why nothing can be computed in this browser, or undefined. */
async function whyNot(): Promise<string | undefined> {
  if (typeof Worker === 'undefined') return 'This browser has no workers';
  if (typeof WebAssembly === 'undefined' || !(await simd())) return 'This browser has no WebAssembly SIMD';
  return undefined;
}

/** The element: its children, the committed outputs, stay where they are; below them a button, and when it is pressed the widget.
 *  Attributes: `widget`, the name; `open`, to start without a click. Fires `live-result` with what was computed. */
class GestaltLive extends HTMLElement {
  private worker: LiveWorker | undefined;

  async connectedCallback(): Promise<void> {
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    const frame = make('section', { className: 'frame' });
    root.replaceChildren(make('style', { textContent: STYLE }), make('slot'), frame);
    const name = this.getAttribute('widget') ?? '';
    const widget: Widget | undefined = WIDGETS[name as WidgetName];
    if (widget === undefined) {
      const textContent = `There is no widget "${name}"; the widgets: ${WIDGET_NAMES.join(', ')}.`;
      frame.append(make('p', { textContent }));
      return;
    }
    frame.setAttribute('aria-label', widget.title);
    frame.append(make('h3', { textContent: widget.title }), make('p', { textContent: widget.about }));
    const reason = await whyNot();
    if (reason !== undefined) {
      const text = `${reason}, which running this needs. What was computed before is shown as it is.`;
      frame.append(make('p', { className: 'note', textContent: text }));
    } else if (this.hasAttribute('open')) this.start(widget, frame);
    else this.offer(widget, frame);
  }

  /** Nothing of the worker is left. */
  disconnectedCallback(): void {
    this.worker?.close();
    this.worker = undefined;
  }

  private offer(widget: Widget, frame: HTMLElement): void {
    const megabytes = (bytesToLoad(widget.worker, widget.data) / 1e6).toFixed(1);
    const button = make('button', { type: 'button', textContent: `Run it here (loads ${megabytes} MB)` });
    button.addEventListener('click', () => {
      this.start(widget, frame);
      button.remove();
      frame.querySelector<HTMLElement>('select, input, button')?.focus();
    });
    frame.append(button);
  }

  private start(widget: Widget, place: HTMLElement): void {
    const worker = new LiveWorker(widget.worker);
    this.worker = worker;
    const tell = (detail: unknown): void => {
      this.dispatchEvent(new CustomEvent('live-result', { detail, bubbles: true, composed: true }));
    };
    widget.mount({ place, worker, tell });
  }
}

customElements.define('gestalt-live', GestaltLive);
