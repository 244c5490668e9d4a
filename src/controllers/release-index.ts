import type { Application } from "../api/application.ts";
import type { Release } from "../api/release.ts";
import { compareResourceVersions } from "../kube/resource-version.ts";
import { hasSucceeded, isFinished } from "./release-status.ts";
import { nameOf } from "./resource-store.ts";
import type { ResourceName } from "./resource-store.ts";

/** The Releases of one Application, by name. */
interface History {
  readonly releases: Map<ResourceName, Release>;
  /** The highest number that was ever seen, by uid of the Application: anybody may make Releases that name it. */
  readonly highest: Map<string, number>;
  /** The Application is gone; so is this when its last Release is. */
  forgotten: boolean;
}

/** Releases by Application, from the watch and from the answers to our own writes, whichever is newer. */
export class ReleaseIndex {
  readonly #histories = new Map<ResourceName, History>();

  /** Takes a Release in, unless a newer one is known. */
  put(release: Release): void {
    const history = this.#historyOf(ownerOf(release));
    history.forgotten = false;
    const known = history.releases.get(nameOf(release));
    const number = numberOf(release);
    for (const { uid } of release.metadata.ownerReferences ?? []) if (number <= MAX_NUMBER) history.highest.set(uid, Math.max(history.highest.get(uid) ?? 0, number));
    if (known !== undefined && known.metadata.uid === release.metadata.uid && isOlder(release, known)) return;
    history.releases.set(nameOf(release), release);
  }

  /** What was known of this Release before, from the watch or from an answer to a write of ours. */
  known(release: Release): Release | undefined {
    const known = this.#histories.get(ownerOf(release))?.releases.get(nameOf(release));
    return known?.metadata.uid === release.metadata.uid ? known : undefined;
  }

  /** It is gone. */
  drop(release: Release): void {
    const app = ownerOf(release);
    this.#histories.get(app)?.releases.delete(nameOf(release));
    this.#clear(app);
  }

  /** The Application is gone; what is left of its Releases goes with it. */
  forget(app: ResourceName): void {
    const history = this.#histories.get(app);
    if (history === undefined) return;
    history.forgotten = true;
    this.#clear(app);
  }

  /** The Releases of this very Application, oldest first: those of a namesake that was deleted are on their way out. */
  of(app: Application): readonly Release[] {
    const all = [...(this.#histories.get(nameOf(app))?.releases.values() ?? [])];
    return all.filter((release) => isOwnedBy(release, app)).sort((left, right) => numberOf(left) - numberOf(right));
  }

  /** The number of the next Release: beyond those of this very Application. */
  nextNumber(app: Application): number {
    return (this.#histories.get(nameOf(app))?.highest.get(app.metadata.uid ?? "") ?? 0) + 1;
  }

  #clear(app: ResourceName): void {
    const history = this.#histories.get(app);
    if (history !== undefined && history.forgotten && history.releases.size === 0) this.#histories.delete(app);
  }

  #historyOf(app: ResourceName): History {
    const known = this.#histories.get(app) ?? { releases: new Map<ResourceName, Release>(), highest: new Map<string, number>(), forgotten: false };
    this.#histories.set(app, known);
    return known;
  }
}

/** Name of the Application that a Release belongs to. */
export function ownerOf({ metadata, spec }: Release): ResourceName {
  return `${metadata.namespace ?? ""}/${spec.application}`;
}

/** The attempt that is not over: the newest Release, unless it is finished. `releases`: oldest first. */
export function openOf(releases: readonly Release[]): Release | undefined {
  const newest = releases.at(-1);
  return newest === undefined || isFinished(newest) ? undefined : newest;
}

/** Releases beyond the limit, oldest first; never the last one that succeeded, nor the open one. */
export function surplusOf(releases: readonly Release[], limit: number): readonly Release[] {
  const keep = new Set([releases.findLast(hasSucceeded), openOf(releases)]);
  return releases.slice(0, Math.max(0, releases.length - limit)).filter((release) => !keep.has(release));
}

/** The number at the end of a Release's name; 0 for a name that is not of our making. */
export const releaseNumber = (name: string): number => Number(/-([0-9]{1,9})$/.exec(name)?.[1] ?? 0);

const numberOf = ({ metadata: { name } }: Release): number => releaseNumber(name);

/** One each second for thirty years: beyond this none is of our making, and what follows it would have too many digits. */
const MAX_NUMBER = 900_000_000;

const isOwnedBy = (release: Release, app: Application): boolean => release.metadata.ownerReferences?.some(({ uid }) => uid === app.metadata.uid) === true;

const isOlder = (release: Release, known: Release): boolean => compareResourceVersions(release.metadata.resourceVersion ?? "", known.metadata.resourceVersion ?? "") <= 0;
