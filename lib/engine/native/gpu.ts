// Why TensorFlow finds no GPU.
import { spawnSync } from 'node:child_process';

/** The oldest NVIDIA driver for CUDA 12 on Linux, by NVIDIA's table of minor version compatibility. */
const OLDEST_DRIVER = 525;

/** The likely reason, with what to do, from what the driver's own tool says. */
export function gpuProblem(run: () => string | undefined = askDriver): string {
  const answer = run();
  if (answer === undefined)
    return 'no NVIDIA driver answers (nvidia-smi); install the driver, or use "native"';
  const [driver = '', card = 'the card'] = answer.split(',').map((part) => part.trim());
  if (Number.parseInt(driver, 10) < OLDEST_DRIVER)
    return `the driver ${driver} is too old for CUDA 12; install ${OLDEST_DRIVER} or later`;
  return (
    `${card} answers with driver ${driver}, but the CUDA libraries do not load; build them in with ` +
    'npm run engine:native -- --cuda, and see the reason with TF_CPP_MIN_LOG_LEVEL=0'
  );
}

function askDriver(): string | undefined {
  const { status, stdout } = spawnSync(
    'nvidia-smi',
    ['--query-gpu=driver_version,name', '--format=csv,noheader'],
    {
      encoding: 'utf8',
      timeout: 10_000,
    },
  );
  return status === 0 && stdout.trim() !== '' ? stdout.trim().split('\n')[0] : undefined;
}
