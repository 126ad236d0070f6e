// `node:worker_threads` in a tab: a worker of a page has no threads of its own; what asks for one is told so.

export const threadId = 0;

export class Worker {
  constructor() {
    throw new Error('In a tab all is computed in one worker: ask for one worker.');
  }
}
