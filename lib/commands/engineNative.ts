import type { Command } from 'commander';
import { newCommand } from './command';

export function engineNativeCommand(): Command {
  return newCommand('engine:native', {
    summary: 'build the native engine on TensorFlow 2.21 (Linux; fetches about 0.3 GB)',
    examples: [
      ['npm run engine:native', 'the engine on the CPU'],
      ['npm run engine:native -- --cuda', 'the engine on an NVIDIA card'],
      ['npm run engine:native -- --remove', 'takes it away again'],
    ],
    writes: '.engine, which npm ci leaves alone',
  })
    .option('--cuda', 'for an NVIDIA card: with CUDA 12 (fetches about 3 GB)')
    .option('--remove', 'remove what was built')
    .action(async ({ cuda = false, remove = false }: { cuda?: boolean; remove?: boolean }) => {
      if (cuda && remove) throw new Error('--remove takes no --cuda: there is one build.');
      const { buildNative, removeNative } = await import('../engine/native/build');
      if (remove) console.log(removeNative() ? 'Removed.' : 'There was nothing to remove.');
      else buildNative({ cuda });
    });
}
