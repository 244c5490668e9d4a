/** The closed list of condition reasons that are not errors (those are in src/errors.ts). One meaning each. */
export const reasons = {
  /** Everything desired is live, applied and healthy. */
  ReconciliationSucceeded: "ReconciliationSucceeded",
  /** Applied; some objects are still becoming healthy. */
  Progressing: "Progressing",
  /** A failed attempt is about to be repeated. */
  ProgressingWithRetry: "ProgressingWithRetry",
  /** The newest revision was fetched and verified. */
  ArtifactStored: "ArtifactStored",
  /** Every desired object was applied and every stale one removed. */
  Applied: "Applied",
  /** At least one object was refused or is held up; the others were applied. */
  ApplyFailed: "ApplyFailed",
  /** Everything was applied, but at least one stale object could not be deleted. */
  PruneFailed: "PruneFailed",
  /** All objects are healthy. */
  Healthy: "Healthy",
  /** At least one object is failed. */
  HealthCheckFailed: "HealthCheckFailed",
  /** Live state differs from desired state. */
  DriftDetected: "DriftDetected",
  /** A difference made by somebody else was corrected. */
  DriftReverted: "DriftReverted",
  /** Live state is desired state. */
  NoDrift: "NoDrift",
  /** The operator may not watch a kind; it is checked at the resync interval instead. */
  WatchForbidden: "WatchForbidden",
  /** spec.suspend is set. */
  Suspended: "Suspended",
} as const;

/** The type of each condition. */
export type ConditionType = "Ready" | "Reconciling" | "Stalled" | "Synced" | "Healthy" | "Drifted" | "DriftWatch";
