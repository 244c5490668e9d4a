/** The closed list of condition reasons that are not errors (those are in src/errors.ts). One meaning each. */
export const reasons = {
  /** Everything desired is live, applied and healthy. */
  ReconciliationSucceeded: "ReconciliationSucceeded",
  /** Something is on its way, or waits for what ends by itself; the message names it. */
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
  /** A kind cannot be listed, so that nobody knows what there is of it; the rest goes on, and nothing is deleted. */
  WatchFailed: "WatchFailed",
  /** spec.suspend is set. */
  Suspended: "Suspended",
  /** Changes from the source wait until somebody approves them on their Release. */
  AwaitingApproval: "AwaitingApproval",
  /** Changes from the source wait for a window of spec.sync.windows. */
  WindowClosed: "WindowClosed",
  /** More is to be deleted than spec.sync.limits allows, or something precious: it waits for a yes on the Release. */
  PruneHeld: "PruneHeld",
  /** The changes of a Release are being made, or what they made is on its way to be healthy. */
  InProgress: "InProgress",
  /** Everything that a Release asked for was done, and is healthy. */
  Succeeded: "Succeeded",
  /** Something that a Release asked for could not be done, or is not healthy. */
  Failed: "Failed",
  /** A Release was left unfinished: a later one took its place, or the source no longer asks for it. */
  Superseded: "Superseded",
  /** A hook is on its way; what comes after it waits. */
  HookRunning: "HookRunning",
  /** A hook has done what it was for. */
  HookSucceeded: "HookSucceeded",
  /** A hook has failed, and the sync with it: not tried again before the content changes or somebody asks. */
  HookFailed: "HookFailed",
  /** A hook cannot be started; that is tried again. */
  HookBlocked: "HookBlocked",
  /** Changes from the source wait for an Application that has to be Ready first. */
  DependencyNotReady: "DependencyNotReady",
  /** Applications wait for each other in a circle. */
  DependencyCycle: "DependencyCycle",
  /** A dependency that is not allowed here. */
  DependencyRefused: "DependencyRefused",
  /** Somebody else keeps changing an object back; corrections pause. */
  FightDetected: "FightDetected",
  /** What a Notifier has to tell is delivered. */
  Delivering: "Delivering",
  /** The destination of a Notifier refuses what is sent, before somebody changes something. */
  DestinationRefused: "DestinationRefused",
  /** The destination of a Notifier does not answer, or not as it should; it is tried again. */
  DestinationUnavailable: "DestinationUnavailable",
  /** What a Notifier has to remember over restarts cannot be stored; before it is, nothing is sent. */
  StateNotStored: "StateNotStored",
  /** The Application is being deleted, its members first. */
  Deleting: "Deleting",
  /** The Application is being deleted, and somebody has to decide or to help. */
  DeletionBlocked: "DeletionBlocked",
} as const;

/** The type of each condition. */
export type ConditionType = "Ready" | "Reconciling" | "Stalled" | "Synced" | "Healthy" | "Drifted" | "DriftWatch" | "Succeeded";
