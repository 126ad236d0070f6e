// One of many processes that write records into one folder: `recordWriter.ts <folder> <sample> <from> <to> <start>`. Prints the milliseconds of each write.
import { readRecord, recordFile, writeRecord } from '../../lib/results/record';

const [folder, sample, from, to, start] = process.argv.slice(2);
const record = readRecord(sample);
while (Date.now() < Number(start));
const times: number[] = [];
for (let i = Number(from); i < Number(to); i++) {
  const before = process.hrtime.bigint();
  writeRecord(recordFile('tiny', 'many', `cell-${i}`, folder), record);
  times.push(Number(process.hrtime.bigint() - before) / 1e6);
}
console.log(JSON.stringify(times));
