import { createHash } from "node:crypto";
import type { HelmSpec } from "../src/api/render-spec.ts";
import { canonicalJson, type Json } from "../src/object/json.ts";

/** What an entry of `valuesFrom` gave. */
export interface ValuesText {
  /** What errors name: `Secret shop/login, key values.yaml`. */
  readonly name: string;
  readonly text: string;
  /** A single value goes there; default: the text is YAML with values. */
  readonly targetPath?: string | undefined;
  /** It comes from a Secret and is shown nowhere. */
  readonly secret: boolean;
}

/** How a chart is rendered. Plain data: it may be sent to another thread. */
export interface HelmOptions {
  readonly spec: HelmSpec;
  readonly release: { readonly name: string; readonly namespace: string };
  /** In their order; default none. */
  readonly valuesFrom?: readonly ValuesText[] | undefined;
  /** What random functions are derived from, see RandomSource: at least 16 bytes, and what keeps two releases apart. */
  readonly random: { readonly secret: Uint8Array; readonly identity: string };
  /** The real time in milliseconds since 1970, by which certificates are made. */
  readonly clock: number;
  /** False: no cluster is asked; the chart is told what `helm template` tells it. */
  readonly asksCluster: boolean;
}

const digests = new WeakMap<HelmOptions, string>();

/** Stands for all of it but the clock, where values must not be seen. */
export function digestOfHelm(options: HelmOptions): string {
  const known = digests.get(options);
  if (known !== undefined) return known;
  const { spec, release, valuesFrom = [], random, asksCluster } = options;
  const data = { spec: spec as Json, release, valuesFrom: valuesFrom as unknown as Json, identity: random.identity, asksCluster }; // all of it is JSON
  const digest = createHash("sha256").update(canonicalJson(data)).update(random.secret).digest("base64");
  digests.set(options, digest);
  return digest;
}
