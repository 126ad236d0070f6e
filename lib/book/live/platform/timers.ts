// `node:timers/promises` and the global `setImmediate` in a tab: messages to oneself, which browsers do not delay as they delay timers.

const waiting: (() => void)[] = [];
const { port1, port2 } = new MessageChannel();
port1.onmessage = () => waiting.shift()?.();

/** Runs `callback` when whatever waits has had its turn: messages, clicks, frames. */
export function soon(callback: () => void): void {
  waiting.push(callback);
  port2.postMessage(undefined);
}

/** `setImmediate` of `node:timers/promises`. */
export function setImmediate(): Promise<void> {
  return new Promise(soon);
}
