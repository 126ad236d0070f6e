// What each rung of the ladder of engines says of itself.

/** Whether an engine can start here. */
export interface EngineState {
  readonly available: boolean;
  /** Why it is available or not. */
  readonly reason: string;
  /** What would make it available; empty when it is. */
  readonly fix: string;
}
