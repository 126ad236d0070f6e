// A Slurm of one machine, with its own configuration, for tests: munged, slurmctld and slurmd as child processes. Needs root and the packages slurm-wlm and munge.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';

export interface Cluster {
  /** Environment by which Slurm's commands find it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Output of one of Slurm's commands. */
  ask(command: string, ...given: string[]): string;
  /** Ends the controller, and starts it again. */
  stopController(): Promise<void>;
  startController(): Promise<void>;
  stop(): Promise<void>;
}

/** Why there can be none here; null where there can. */
export function noClusterBecause(): string | null {
  if (process.getuid?.() !== 0) return 'needs root';
  for (const program of ['munged', 'slurmctld', 'slurmd', 'sbatch'])
    if (!onPath(program)) return `needs ${program} (Debian: slurm-wlm, munge)`;
  return null;
}

/** Starts it and waits until its node is idle. `node --version` in jobs is that of this process. Where it does not come up, what was started is ended, and its folder stays to be read. */
export async function startCluster(): Promise<Cluster> {
  const started: ChildProcess[] = [];
  try {
    return await startPrograms(started);
  } catch (error) {
    await Promise.all(started.map(ended));
    throw error;
  }
}

async function startPrograms(started: ChildProcess[]): Promise<Cluster> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-slurm-'));
  const host = os.hostname();
  const file = path.join(folder, 'slurm.conf');
  const [controllerPort, nodePort] = await freePorts(2);
  const socket = path.join(folder, 'munge', 'munge.socket');
  fs.writeFileSync(file, configuration({ folder, host, socket, controllerPort, nodePort }));
  const environment = { SLURM_CONF: file };
  const ask = (command: string, ...given: string[]): string =>
    execFileSync(command, given, { encoding: 'utf8', env: { ...process.env, ...environment } }).trim();
  const start = (program: string, ...given: string[]): ChildProcess => {
    const child = spawn(whereIs(program), given, {
      stdio: ['ignore', 'ignore', fs.openSync(path.join(folder, `${program}.stderr`), 'a')],
      env: { ...process.env, ...environment },
      detached: true,
    });
    started.push(child);
    return child;
  };
  startMunge(path.dirname(socket), socket, start);
  await until(() => fs.existsSync(socket), 'munged opens its socket');
  let controller = start('slurmctld', '-D', '-i');
  start('slurmd', '-D', '-N', host);
  const idle = (): boolean => {
    try {
      return /^idle/m.test(ask('sinfo', '--noheader', '--format=%t'));
    } catch {
      return false;
    }
  };
  await until(idle, `the node is idle (see ${folder})`);
  return {
    environment,
    ask,
    stopController: () => ended(controller),
    async startController() {
      controller = start('slurmctld', '-D');
      await until(() => answers(ask), 'slurmctld answers again');
    },
    async stop() {
      await Promise.all(started.map(ended));
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Waits, and throws with what it waited for. */
export async function until(holds: () => boolean, what: string, seconds = 180): Promise<void> {
  for (const end = Date.now() + seconds * 1000; !holds(); ) {
    if (Date.now() > end) throw new Error(`Waited ${seconds} s until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function answers(ask: Cluster['ask']): boolean {
  try {
    ask('scontrol', 'ping');
    return true;
  } catch {
    return false;
  }
}

/** Requeued jobs wait for as long as a credential lasts, so it lasts a few seconds here. */
function configuration(given: {
  folder: string;
  host: string;
  socket: string;
  controllerPort: number;
  nodePort: number;
}): string {
  const { folder, host, socket, controllerPort, nodePort } = given;
  const states = path.join(folder, 'state');
  const spool = path.join(folder, 'spool');
  for (const made of [states, spool]) fs.mkdirSync(made);
  return `ClusterName=gestalt
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${controllerPort}
SlurmdPort=${nodePort}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=${socket},cred_expire=6
CryptoType=crypto/munge
StateSaveLocation=${states}
SlurmdSpoolDir=${spool}
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd.log
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
ReturnToService=2
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=1,batch_sched_delay=0
KillWait=5
MessageTimeout=2
MinJobAge=300
NodeName=${host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=4000 State=UNKNOWN
PreemptType=preempt/partition_prio
PreemptMode=CANCEL
PartitionName=short Nodes=${host} Default=YES MaxTime=INFINITE State=UP PriorityTier=1
PartitionName=urgent Nodes=${host} MaxTime=INFINITE State=UP PriorityTier=9
`;
}

function startMunge(
  folder: string,
  socket: string,
  start: (...command: [string, ...string[]]) => ChildProcess,
): ChildProcess {
  fs.mkdirSync(folder, { mode: 0o755 });
  const key = path.join(folder, 'munge.key');
  fs.writeFileSync(key, Buffer.alloc(1024, 'gestalt'), { mode: 0o400 });
  const files = ['key-file', 'log-file', 'pid-file', 'seed-file'].map((option) => {
    const name = option === 'key-file' ? key : path.join(folder, option);
    return `--${option}=${name}`;
  });
  return start('munged', '--foreground', '--force', `--socket=${socket}`, ...files);
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = net.createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  return Promise.all(
    servers.map(async (server) => {
      const { port } = server.address() as net.AddressInfo;
      await new Promise((resolve) => server.close(resolve));
      return port;
    }),
  );
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await closed;
  clearTimeout(timer);
}

function onPath(program: string): boolean {
  return whereIs(program) !== program;
}

/** Daemons lie in `sbin`, which is not on everyone's path. */
function whereIs(program: string): string {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/usr/local/sbin'];
  const found = folders.map((folder) => path.join(folder, program)).find((file) => fs.existsSync(file));
  return found ?? program;
}
