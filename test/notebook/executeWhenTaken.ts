// Cells for tests that go on after a failure.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecuteOptions, JupyterKernel, MessageContent } from '../../lib/notebook/jupyterClient';

/** Runs a cell as soon as the kernel takes one: what is sent soon after a failure is dropped, as Run All wants it. */
export async function executeWhenTaken(
  kernel: JupyterKernel,
  code: string,
  options: ExecuteOptions,
): Promise<MessageContent> {
  for (;;) {
    const reply = await kernel.execute(code, options);
    if (reply.status !== 'aborted') return reply;
    await sleep(20);
  }
}
