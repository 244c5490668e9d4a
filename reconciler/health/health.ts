/** State of one live object, by kstatus' rules and names. */
export type HealthStatus = "Current" | "InProgress" | "Failed" | "Terminating" | "NotFound" | "Unknown";

/** A state and the sentence that explains it. */
export interface Health {
  readonly status: HealthStatus;
  /** Lower case, no full stop: `1 of 2 replicas available`. */
  readonly message: string;
  /** kstatus' word for why an object is InProgress or Failed, such as `LessReady`; absent otherwise. */
  readonly reason?: string;
  /** What the object tells about its pace. Only where its members are looked at, and only while it is not settled. */
  readonly progress?: ProgressMarks;
}

/** What an object that is on its way tells about its pace. */
export interface ProgressMarks {
  /** Its metadata.generation. */
  readonly generation: number;
  /** Its last known sign of progress, in milliseconds since 1970: where to start counting when nothing else is known. */
  readonly since: number;
  /** The time that its author or its own controller gives it, in milliseconds; Infinity: its own controller decides when it has failed. */
  readonly allowedMs: number;
}

/** True for a state in which an object stays until something changes its mind; every other one has to make progress. */
export function isSettled({ status }: Health): boolean {
  return status === "Current" || status === "Failed";
}

/** The object is as its spec wants it. */
export function current(message: string): Health {
  return { status: "Current", message };
}

/** The object is on its way to what its spec wants. */
export function inProgress(reason: string, message: string): Health {
  return { status: "InProgress", message, reason };
}

/** The object will not get there by itself. */
export function failed(reason: string, message: string): Health {
  return { status: "Failed", message, reason };
}
