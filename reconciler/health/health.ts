/** State of one live object, by kstatus' rules and names. */
export type HealthStatus = "Current" | "InProgress" | "Failed" | "Terminating" | "NotFound" | "Unknown";

/** A state and the sentence that explains it. */
export interface Health {
  readonly status: HealthStatus;
  /** Lower case, no full stop: `1 of 2 replicas available`. */
  readonly message: string;
  /** kstatus' word for why an object is InProgress or Failed, such as `LessReady`; absent otherwise. */
  readonly reason?: string;
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
