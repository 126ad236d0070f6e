// What Node reads first on a cluster's node: a signal that comes while it still loads the rest must not end the task without a word.
// CommonJS, since nothing may be loaded before it.
globalThis.signalledEarly = false;
for (const signal of ['SIGUSR2', 'SIGTERM']) {
  process.on(signal, () => {
    globalThis.signalledEarly = true;
  });
}
