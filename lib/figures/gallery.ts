// What an experiment brings to the reader: its figures, its tables and the rules that judge its paper's claims.
import type { ClaimRule } from '../results/claimRule';
import type { RunRecord } from '../results/record';
import type { Table } from '../results/tables';
import type { Figure } from './figure';

export interface Gallery {
  /** Id of the experiment. */
  readonly experiment: string;
  /** Key of its paper under data/papers. */
  readonly paper: string;
  /** Each is drawn from the experiment's records of one profile, and from what lies beside them in the folder of all records; null where they
   *  do not hold yet what it shows. */
  readonly figures: readonly ((records: readonly RunRecord[], folder?: string) => Figure | null)[];
  readonly tables: readonly ((records: readonly RunRecord[]) => Table)[];
  /** Of claims in the paper's claims.json that this experiment can settle. */
  readonly rules: readonly ClaimRule[];
}
