/** What each condition and each reason means, for the reference. A new one does not compile before it is told here. */
import type { ErrorCode } from "../errors.ts";
import type { ConditionType, reasons } from "./reasons.ts";

/** Meaning of each condition type. */
export const conditionDocs: Readonly<Record<ConditionType, string>> = {
  Ready: "The summary, always present. True: everything below is as it should be.",
  Reconciling: "Present only while work is going on that takes longer than a second.",
  Stalled: "Present only while nothing will change by itself: somebody has to change the spec, the source or the cluster.",
  Synced: "Whether every desired object is applied and every stale one is gone.",
  Healthy: "Whether the applied objects work.",
  Drifted: "Whether live objects differ from the source now. The DriftReport of the same name has the details.",
  DriftWatch: "Present and False only while some kind cannot be watched; it is looked at every resyncInterval instead.",
  Succeeded: "Only on a Release: whether its changes were made and are healthy. Unknown while it waits or goes on.",
};

/** Meaning of each reason that is not an error. */
export const reasonDocs: Readonly<Record<keyof typeof reasons, string>> = {
  ReconciliationSucceeded: "Everything desired is live, applied and healthy.",
  Progressing: "Something is on its way, or waits for what ends by itself; the message names it.",
  ProgressingWithRetry: "A failed attempt is about to be repeated.",
  ArtifactStored: "The newest revision was fetched and verified.",
  Applied: "Every desired object was applied and every stale one removed.",
  ApplyFailed: "At least one object was refused by the API server, or is held up; the others were applied.",
  PruneFailed: "Everything was applied, but at least one stale object could not be deleted.",
  Healthy: "All objects are healthy.",
  HealthCheckFailed: "At least one object is failed.",
  DriftDetected: "Live state differs from desired state.",
  DriftReverted: "A difference made by somebody else was corrected.",
  NoDrift: "Live state is desired state.",
  WatchForbidden: "The operator may not watch a kind; it is checked at the resync interval instead.",
  WatchFailed: "A kind cannot be listed, so that nobody knows what there is of it; the rest goes on, and nothing is deleted.",
  Suspended: "spec.suspend is set.",
  AwaitingApproval: "Changes from the source wait until somebody approves them on their Release. The message holds the command.",
  WindowClosed: "Changes from the source wait for a window of spec.sync.windows. Drift is corrected meanwhile.",
  PruneHeld: "More is to be deleted than spec.sync.limits.maxPrune allows, or something precious: it waits for a yes on the Release. The message holds the command.",
  InProgress: "The changes of a Release are being made, or what they made is on its way to be healthy.",
  Succeeded: "Everything that a Release asked for was done, and is healthy.",
  Failed: "Something that a Release asked for could not be done, or is not healthy. It is tried again.",
  Superseded: "A Release was left unfinished: a later one took its place, or the source no longer asks for it.",
  HookRunning: "A hook is on its way; what comes after it in the sync waits. The message names it.",
  HookSucceeded: "A hook has done what it was for. Only in Events.",
  HookFailed: "A hook has failed, and the sync with it. It is not tried again before the content changes or somebody asks; the message says why and how to ask.",
  HookBlocked: "A hook cannot be started: refused by the API server, say, or its object is somebody else's. It is tried again.",
  DependencyNotReady: "Changes from the source wait for an Application that has to be Ready first.",
  DependencyCycle: "Applications wait for each other in a circle. The message names it.",
  DependencyRefused: "spec.dependsOn names an Application of another namespace, and the operator does not allow that.",
  FightDetected: "Somebody else keeps changing an object back; corrections of it pause, and end after an hour. The message names who and which field.",
  Delivering: "Only on a Notifier: what is to be told is delivered.",
  DestinationRefused: "Only on a Notifier: its destination refuses what is sent (a revoked token, an unknown channel, a forbidden address). What waits is kept. The message says what to change.",
  DestinationUnavailable: "Only on a Notifier: its destination does not answer, or not as it should. What waits is kept, and tried again with growing delay.",
  StateNotStored: "Only on a Notifier: what it has to remember over restarts cannot be stored, in a ConfigMap of the operator's namespace. Before it is, nothing is sent; that is tried again.",
  Deleting: "The Application is being deleted, its members first.",
  DeletionBlocked: "The Application is being deleted, and somebody has to decide or to help. The message says how.",
};

/** Meaning of each error, and what to do about it. */
export const errorDocs: Readonly<Record<ErrorCode, string>> = {
  SOURCE_NOT_READY: "The source that sourceRef names is missing or has fetched nothing yet.",
  VARIABLES_NOT_READY: "A ConfigMap or Secret that spec.render.substitute.from names is missing, or the Application's account may not read it. Nothing is pruned.",
  GIT_UNREACHABLE: "The Git server did not answer. Check the URL, DNS, the network policy and the CA.",
  GIT_UNAUTHORIZED: "The Git server refused the credentials, or wants some. Check secretRef.",
  GIT_REF_NOT_FOUND: "The remote has no such branch, tag or commit.",
  GIT_PROTOCOL: "The Git server's answer was not understood.",
  GIT_PACK_INVALID: "What the Git server sent is truncated or corrupt. Nothing of it was used.",
  LIMIT_EXCEEDED: "Content is larger or more deeply nested than is safe to handle.",
  CREDENTIALS_INVALID: "The Secret is missing, or lacks the keys that are needed.",
  PATH_NOT_FOUND: "The source has no such folder. Check spec.path.",
  BUILD_FAILED: "The content cannot be rendered. The message names file and line.",
  EMPTY_RENDER: "The path renders no object at all. Nothing is pruned.",
  SPEC_INVALID: "The spec has a mistake that the schema cannot see.",
  OBSERVE_FAILED: "Live state could not be read.",
  RECORD_FAILED: "Something of Driftless's own could not be written: a Release, a DriftReport, or what it keeps on the Application. The message names it. The operator's rights come with `driftless install`.",
  INTERNAL: "A fault of Driftless itself. Please report it with the log line.",
};
