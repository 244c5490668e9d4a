import { carriedOver, findCondition, nextConditions } from "../api/conditions.ts";
import type { Application } from "../api/application.ts";
import type { WantedCondition } from "../api/conditions.ts";
import { reasons } from "../api/reasons.ts";
import { messageOf } from "../errors.ts";
import type { KubeObject } from "../object/kube-object.ts";
import type { ClusterClient, Clock, Logger } from "../ports.ts";
import { writeStatus } from "./status-writer.ts";

/** A reconcile shorter than this says nothing about itself. */
const QUIET_MS = 1_000;

/** What a note needs from its surroundings. */
export interface ProgressDeps {
  readonly cluster: ClusterClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly applications: { note(answer: KubeObject): void };
}

/** Sets Reconciling=True on an Application whose reconcile takes longer than a second, so that nobody wonders. */
export class ProgressNote {
  readonly #cancel: () => void;
  #writing: Promise<void> = Promise.resolve();

  constructor(deps: ProgressDeps, app: Application, signal: AbortSignal) {
    this.#cancel = deps.clock.after(QUIET_MS, () => {
      this.#writing = write(deps, app, signal).catch((error: unknown) => deps.logger.warn({ cause: messageOf(error) }, "progress could not be noted"));
    });
  }

  /** Ends the note; resolves when nothing of it is under way. The final status takes the condition away again. */
  async end(): Promise<void> {
    this.#cancel();
    await this.#writing;
  }
}

async function write(deps: ProgressDeps, app: Application, signal: AbortSignal): Promise<void> {
  const before = app.status?.conditions ?? [];
  const note = noteFor(app);
  const wanted = [...before.filter(({ type }) => type !== "Reconciling").map(carriedOver), note];
  if (findCondition(before, "Ready") === undefined) wanted.push({ ...note, type: "Ready", status: "Unknown" });
  const conditions = nextConditions(before, wanted, app.metadata.generation ?? 0, deps.clock.now());
  await writeStatus(deps.cluster, app, { ...app.status, conditions }, (answer) => deps.applications.note(answer), signal);
}

function noteFor({ metadata: { deletionTimestamp } }: Application): WantedCondition {
  const [reason, message] = deletionTimestamp === undefined ? [reasons.Progressing, "applying"] : [reasons.Deleting, "deleting its members"];
  return { type: "Reconciling", status: "True", reason, message };
}
