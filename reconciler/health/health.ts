/** State of one live object, by kstatus' rules and names. */
export type HealthStatus = "Current" | "InProgress" | "Failed" | "Terminating" | "NotFound" | "Unknown";

/** A state and the sentence that explains it. */
export interface Health {
  readonly status: HealthStatus;
  readonly message: string;
}
