import type { Release } from "../api/release.ts";
import { jsonEqual } from "../object/json.ts";
import type { KubeObject } from "../object/kube-object.ts";
import type { Clock, ClusterClient } from "../ports.ts";
import { nextReleaseStatus } from "./release-status.ts";
import type { ReleaseResult } from "./release-status.ts";
import { nameOf } from "./resource-store.ts";
import type { ResourceName } from "./resource-store.ts";
import { writeStatus } from "./status-writer.ts";

/** What the writer needs from its surroundings. */
export interface ReleaseStatusDeps {
  readonly cluster: ClusterClient;
  readonly clock: Clock;
  /** Takes in the server's answer to a write about `release`. */
  readonly note: (release: Release, answer: KubeObject) => void;
  /** What was kept back may be told now, if somebody looks at this attempt again. */
  readonly due: (release: Release) => void;
}

/** An attempt in progress is told of only when it takes longer, for most are over before anybody could look; then as rarely. */
const QUIET_MS = 5_000;

/** Writes how attempts stand on their Releases, where that is news; of those in progress not everything, and not at once. */
export class ReleaseStatusWriter {
  readonly #deps: ReleaseStatusDeps;
  /** Attempts in progress of which something is not told yet: what takes the timer back. */
  readonly #untold = new Map<ResourceName, () => void>();
  /** When the attempts in progress were last told of, in milliseconds since 1970. */
  readonly #toldAt = new Map<ResourceName, number>();

  constructor(deps: ReleaseStatusDeps) {
    this.#deps = deps;
  }

  /** Tells how an attempt stands, or keeps it back for a while. An end is told at once. */
  async write(release: Release, result: ReleaseResult, signal: AbortSignal): Promise<void> {
    const { cluster, clock, note } = this.#deps;
    const now = clock.now();
    const status = nextReleaseStatus(release, result, now);
    const isProgress = result.kind === "InProgress";
    const isNews = !jsonEqual(release.status, status);
    const quietMs = isProgress && isNews ? this.#quietMs(release, now) : 0;
    if (quietMs > 0) return this.#tellLater(release, quietMs);
    this.#untold.get(nameOf(release))?.();
    this.#untold.delete(nameOf(release));
    if (!isProgress) this.#toldAt.delete(nameOf(release));
    else if (isNews) this.#toldAt.set(nameOf(release), now.getTime());
    await writeStatus(cluster, release, status, (answer) => note(release, answer), signal);
  }

  /** The Release is gone. */
  forget(release: Release): void {
    this.#toldAt.delete(nameOf(release));
  }

  /** Ends what waits to be told. */
  stop(): void {
    for (const cancel of this.#untold.values()) cancel();
  }

  /** How long nothing more is told of an attempt in progress, in milliseconds; 0 or less: it may be now. */
  #quietMs(release: Release, now: Date): number {
    const since = release.status === undefined ? Date.parse(release.metadata.creationTimestamp ?? "") : this.#toldAt.get(nameOf(release));
    return since === undefined ? 0 : since + QUIET_MS - now.getTime();
  }

  /** Nothing may happen until then that would have the Application looked at. */
  #tellLater(release: Release, delayMs: number): void {
    const { clock, due } = this.#deps;
    const name = nameOf(release);
    if (this.#untold.has(name)) return;
    const tell = (): void => {
      this.#untold.delete(name);
      due(release);
    };
    this.#untold.set(name, clock.after(delayMs, tell));
  }
}
