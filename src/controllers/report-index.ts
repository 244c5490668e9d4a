import type { ReportBook } from "../../drift/report.ts";
import type { ResourceName } from "./resource-store.ts";

/** Which reports tell of an object: audit events come by the thousand, and hardly any is about one of these. */
export class ReportIndex {
  readonly #names = new Map<string, Set<ResourceName>>();
  readonly #objects = new Map<ResourceName, ReadonlySet<string>>();

  /** What a report tells of now. */
  put(name: ResourceName, { live, reverted }: Pick<ReportBook, "live" | "reverted">): void {
    const objects = new Set([...live, ...reverted].map(({ object }) => object));
    for (const object of this.#objects.get(name) ?? []) if (!objects.has(object)) this.#remove(object, name);
    for (const object of objects) this.#names.set(object, (this.#names.get(object) ?? new Set()).add(name));
    this.#objects.set(name, objects);
  }

  /** The report is gone. */
  drop(name: ResourceName): void {
    for (const object of this.#objects.get(name) ?? []) this.#remove(object, name);
    this.#objects.delete(name);
  }

  /** The reports, `namespace/name`, that tell of this object. */
  namesOf(object: string): readonly ResourceName[] {
    return [...(this.#names.get(object) ?? [])];
  }

  #remove(object: string, name: ResourceName): void {
    const names = this.#names.get(object);
    names?.delete(name);
    if (names?.size === 0) this.#names.delete(object);
  }
}
