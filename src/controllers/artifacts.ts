import type { Artifact } from "../../sources/source.ts";
import type { NamespacedName } from "../api/meta.ts";

/** What is known of a source: its newest content, or why it has none. */
export type SourceState = { readonly kind: "Ready"; readonly artifact: Artifact } | { readonly kind: "NotReady"; readonly message: string };

/** The newest artifact of every source, in memory; sources put, Applications get and are told of changes. */
export class Artifacts {
  readonly #states = new Map<string, SourceState>();
  readonly #listeners = new Set<(source: NamespacedName) => void>();

  /** Calls back whenever what `get` answers for a source has changed. */
  onChange(listener: (source: NamespacedName) => void): void {
    this.#listeners.add(listener);
  }

  /** Publishes a fetched artifact. The same content again is no change. */
  put(source: NamespacedName, artifact: Artifact): void {
    const before = this.#states.get(nameOf(source));
    this.#states.set(nameOf(source), { kind: "Ready", artifact });
    if (before?.kind !== "Ready" || before.artifact.revision !== artifact.revision) this.#tell(source);
  }

  /** True when there is content for this source. */
  has(source: NamespacedName): boolean {
    return this.#states.get(nameOf(source))?.kind === "Ready";
  }

  /** Says why there is no artifact. One that was fetched before stays in use. */
  fail(source: NamespacedName, message: string): void {
    if (this.#states.get(nameOf(source))?.kind === "Ready") return;
    this.#states.set(nameOf(source), { kind: "NotReady", message });
    this.#tell(source);
  }

  /** The source was deleted. */
  remove(source: NamespacedName): void {
    if (this.#states.delete(nameOf(source))) this.#tell(source);
  }

  /** What is known of a source; undefined when it was not looked at yet. */
  get(source: NamespacedName): SourceState | undefined {
    return this.#states.get(nameOf(source));
  }

  #tell(source: NamespacedName): void {
    for (const listener of this.#listeners) listener(source);
  }
}

const nameOf = ({ namespace, name }: NamespacedName): string => `${namespace}/${name}`;
