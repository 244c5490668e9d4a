import type { Clock } from "../ports.ts";
import type { ResourceName } from "./resource-store.ts";

/** Of one Application, in monotonic milliseconds. */
interface Notices {
  /** When the first change since the last settled reconcile was told. */
  first: number | undefined;
  /** The first change after the look of the reconcile that goes on now: it is for the next one. */
  next: number | undefined;
  looked: boolean;
}

/**
 * When changes were told, so that a revert is timed from then on: managed fields know whole seconds only, and reverts
 * take milliseconds. Known per Application: what is told before a look counts as seen by it.
 */
export class RevertTimes {
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #apps = new Map<ResourceName, Notices>();

  constructor(clock: Pick<Clock, "monotonic">) {
    this.#clock = clock;
  }

  /** A watch has told of a change of a member. */
  noticed(name: ResourceName): void {
    const notices = this.#of(name);
    if (notices.first === undefined) notices.first = this.#clock.monotonic();
    else if (notices.looked) notices.next ??= this.#clock.monotonic();
  }

  /** A reconcile has looked. Answers with when what it found was told; now, where no watch did. */
  looked(name: ResourceName): number {
    const notices = this.#of(name);
    notices.looked = true;
    return notices.first ?? this.#clock.monotonic();
  }

  /** That reconcile has ended. */
  settled(name: ResourceName): void {
    const next = this.#apps.get(name)?.next;
    if (next === undefined) this.#apps.delete(name);
    else this.#apps.set(name, { first: next, next: undefined, looked: false });
  }

  /** The Application is gone. */
  forget(name: ResourceName): void {
    this.#apps.delete(name);
  }

  #of(name: ResourceName): Notices {
    const known = this.#apps.get(name) ?? { first: undefined, next: undefined, looked: false };
    this.#apps.set(name, known);
    return known;
  }
}
