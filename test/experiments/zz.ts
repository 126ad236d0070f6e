import { findExperiment } from '../../lib/experiments/registry';
import { runCell } from '../../lib/experiments/runCell';

const [id, epochs] = process.argv.slice(2);
const t = Date.now();
runCell(id, {
  experiment: findExperiment('topk-training'),
  profile: 'tiny',
  overrides: { epochs: Number(epochs), ...JSON.parse(process.argv[4] ?? '{}') },
  folder: '/tmp/zzrec',
  checkpointRoot: '/tmp/zzckpt',
  signal: new AbortController().signal,
  report: (l) =>
    console.log(
      ((Date.now() - t) / 1000).toFixed(1),
      ((process.cpuUsage().user + process.cpuUsage().system) / 1e6).toFixed(1),
      l,
    ),
}).then((r) => {
  console.log((Date.now() - t) / 1000, process.cpuUsage(), process.memoryUsage().rss / 1e6);
  for (const [k, m] of Object.entries(r.metrics)) console.log(k, m.value, JSON.stringify(m.counts));
});
