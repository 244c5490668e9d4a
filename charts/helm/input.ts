import type { CapabilitiesInput } from "./capabilities.ts";
import type { GoMap, GoValue } from "./go/value.ts";
import type { HelmCache } from "./helm-cache.ts";
import type { RandomSource } from "./random.ts";

/** The Helm whose rules are followed. `v3`: 3.22, where `.Chart` is a struct and some functions are missing. */
export type HelmVersion = "v4" | "v3";

/** What `.Release` tells. */
export interface ReleaseInput {
  readonly name: string;
  readonly namespace: string;
  /** Default 1. */
  readonly revision?: number | undefined;
  /** The release is there already; default false, an installation. */
  readonly isUpgrade?: boolean | undefined;
}

/** Answers to `lookup`: an object, a list where `name` is empty, an empty map or undefined where there is none. */
export type Lookup = (apiVersion: string, kind: string, namespace: string, name: string) => GoValue | undefined;

/** What a chart is rendered with. Everything here is part of the result's identity, but for the cache. */
export interface HelmInput {
  readonly release: ReleaseInput;
  /** The user's values, see chart/user-values.ts. Never changed. */
  readonly values: GoMap;
  /** Default: what `helm template` takes a cluster to be. */
  readonly capabilities?: CapabilitiesInput | undefined;
  /** Default: there is nothing in the cluster. */
  readonly lookup?: Lookup | undefined;
  /** What `now` answers: a function is called only where a template asks. */
  readonly now: Date | (() => Date);
  /** The real time, by which certificates are made; default `now`. */
  readonly clock?: Date | undefined;
  /** What random functions are derived from. */
  readonly random: RandomSource;
  /** Default "v4". */
  readonly helmVersion?: HelmVersion | undefined;
  /** Leaves values.schema.json unread; default false. */
  readonly skipSchema?: boolean | undefined;
  /** Told which API versions templates ask for. */
  readonly onApiVersion?: ((version: string) => void) | undefined;
  /** What is kept from one render to the next; default nothing. */
  readonly cache?: HelmCache | undefined;
}
