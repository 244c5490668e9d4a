import { KnownObjects } from "../kube/known-objects.ts";
import type { ReflectorHandler, WatchInterruption } from "../kube/reflector.ts";
import { Reflector } from "../kube/reflector.ts";
import { compareResourceVersions } from "../kube/resource-version.ts";
import type { ClusterClient, Clock, Logger, ResourceKind } from "../ports.ts";
import type { SourceRead } from "./variable-source.ts";
import type { ValueSource } from "./variable-values.ts";

/** What the watch over one object needs from its surroundings. */
export interface ValueWatchOptions {
  readonly cluster: Pick<ClusterClient, "list" | "watch">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  /** Told of every interrupted watch. */
  readonly onInterrupted: (reason: WatchInterruption) => void;
}

const PLURALS = { ConfigMap: "configmaps", Secret: "secrets" };

/** The watch over one ConfigMap or Secret, by name and of its metadata only: it tells the version, never a value. */
export class ValueWatch {
  readonly #known = new KnownObjects();
  readonly #reflector: Reflector;
  readonly #onChange: () => void;
  /** The version that was told last; undefined: it is not there, or nothing was told. */
  #version: string | undefined;
  /** What is told now is all there is: it was listed, and is watched. */
  #isComplete = false;
  #mayWatch = true;

  /** `onChange` is called when another version may be there than was told before. */
  constructor({ kind, name }: Pick<ValueSource, "kind" | "name">, namespace: string, options: ValueWatchOptions, onChange: () => void) {
    this.#onChange = onChange;
    const served: ResourceKind = { group: "", version: "v1", kind, plural: PLURALS[kind], namespaced: true, verbs: ["list", "watch"], subresources: [] };
    this.#reflector = new Reflector({
      client: options.cluster,
      clock: options.clock,
      random: options.random,
      kind: served, namespace, name,
      metadataOnly: true,
      known: this.#known,
      logger: options.logger.child({ watch: `${kind} ${namespace}/${name}` }),
      handler: this.#handler(options.onInterrupted),
    });
    this.#reflector.start();
  }

  /** True where nothing newer than this can be there. */
  proves(read: SourceRead): boolean {
    return this.#isComplete && !this.contradicts(read);
  }

  /** True where something newer was told than this. */
  contradicts({ version }: Pick<SourceRead, "version">): boolean {
    if (this.#known.version === undefined) return false;
    if (this.#version !== undefined) return version === undefined || !(compareResourceVersions(this.#version, version) <= 0);
    return version !== undefined && !(compareResourceVersions(version, this.#known.version) > 0);
  }

  /** Ends the watch. */
  async stop(): Promise<void> {
    await this.#reflector.stop();
  }

  #handler(onInterrupted: (reason: WatchInterruption) => void): ReflectorHandler {
    return {
      onInterrupted,
      onUpsert: ({ metadata }) => this.#tell(metadata.resourceVersion ?? ""),
      onDelete: () => this.#tell(undefined),
      onSynced: () => {
        this.#isComplete = this.#mayWatch;
        this.#onChange();
      },
      onWatching: () => (this.#isComplete = this.#mayWatch = true),
      onForbidden: (_error, verb) => {
        this.#isComplete = false;
        this.#mayWatch &&= verb !== "watch";
      },
    };
  }

  #tell(version: string | undefined): void {
    this.#version = version;
    this.#onChange();
  }
}
