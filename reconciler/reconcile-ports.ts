import type { Rendered } from "../charts/rendered.ts";
import type { Artifact } from "../sources/source.ts";
import type { Application } from "../src/api/application.ts";
import type { DriftFinding } from "../src/api/drift-report.ts";
import type { ObjectKey } from "../src/object/object-id.ts";
import type { Account, ClusterClient, Logger } from "../src/ports.ts";
import type { Effective } from "./effective.ts";
import type { AppIdentity } from "./identity.ts";
import type { AppMemory } from "./memory.ts";
import type { LiveMember, Members } from "./observed.ts";

/** What one reconcile reaches the outside through. */
export interface ReconcilePorts {
  readonly cluster: ClusterClient;
  readonly logger: Logger;
  /** The content of the Application's source; undefined when it comes by itself in a moment. Throws SOURCE_NOT_READY. */
  artifact(): Artifact | undefined;
  /** Rendering, from the cache where no input changed. */
  render(artifact: Artifact): Rendered;
  /** The members as the watches have them now; none of kinds that may not be watched. */
  members(): Members;
  /** The same with what only look-ups told of kinds that may not be watched. */
  known(): Members;
  /** Records where members can be, before the first one is created, and watches there. Says what is not watched yet. */
  reach(effective: Effective): Promise<Reach>;
  /** Writes findings down before what they tell is overwritten. */
  record(findings: readonly DriftFinding[]): Promise<void>;
  /** Takes in what the server answered, to a write or a look-up: it may be newer than what the watches have. */
  seen(member: LiveMember): void;
  /** What is known of this object is wrong: it is to be looked up. */
  lost(key: ObjectKey): void;
}

/** Whether the watches over an Application's kinds have delivered. */
export interface Reach {
  readonly synced: boolean;
  /** Kinds that the operator may not watch, each with the missing verb. */
  readonly unwatched: readonly string[];
}

/** One Application to bring to its desired state. */
export interface ReconcileRequest {
  readonly app: Application;
  readonly identity: AppIdentity;
  /** Who every write is made as. */
  readonly account: Account;
  readonly operatorNamespace: string;
  readonly memory: AppMemory;
  readonly now: Date;
  readonly signal: AbortSignal;
}
