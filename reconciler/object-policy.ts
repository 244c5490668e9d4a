import { GROUP } from "../src/api/group.ts";
import type { ObjectMeta } from "../src/object/kube-object.ts";
import type { AdoptPolicy } from "./adoption.ts";
import { readSyncOptions, SYNC_OPTIONS_ANNOTATION } from "./sync-options.ts";

/**
 * How an object is applied. Override: every declared field, always. Merge: declared fields of objects that others share.
 * IfNotPresent: created, then left alone. Ignore: not applied at all.
 */
export type Ssa = "Override" | "Merge" | "IfNotPresent" | "Ignore";

/** What the annotations of one object ask for. */
export interface ObjectPolicy {
  /** Lower waves come first. Default 0. */
  readonly wave: number;
  /** May be deleted when it leaves the source or the Application is deleted. Default true. */
  readonly prune: boolean;
  /** Default Override. */
  readonly ssa: Ssa;
  /** False: neither applied nor corrected. Default true. */
  readonly reconcile: boolean;
  /** Deleted and created again where a change of it is refused as immutable. Default false. */
  readonly force: boolean;
  /** Instead of spec.sync.adopt; undefined: that one holds. */
  readonly adopt: AdoptPolicy | undefined;
}

/** What annotations on a live object ask for: may it be deleted, may it be written. */
export type LivePolicy = Pick<ObjectPolicy, "prune" | "reconcile" | "wave">;

/** The policy of an object that asks for nothing. */
export const DEFAULT_POLICY: ObjectPolicy = { wave: 0, prune: true, ssa: "Override", reconcile: true, force: false, adopt: undefined };

/** A policy and what is to be told about its annotations. */
export interface ReadPolicy {
  readonly policy: ObjectPolicy;
  /** Values of our own annotations that mean nothing: a mistake in the source. */
  readonly problems: readonly string[];
  /** What is written for other tools and has no effect here. */
  readonly warnings: readonly string[];
}

const FLUX = "kustomize.toolkit.fluxcd.io";
const WAVE_ALIAS = "argocd.argoproj.io/sync-wave";
const HELM_KEEP = "helm.sh/resource-policy";

/**
 * The policy of a desired object, from annotations or labels of these names. Ours win over those of Flux, Flux's over
 * Argo CD's and Helm's. Words are read in any case, as Flux does. A prune value that means nothing keeps the object;
 * every other one counts as not written.
 */
export function policyOf(metadata: ObjectMeta): ReadPolicy {
  if (metadata.annotations === undefined && metadata.labels === undefined) return NOTHING_ASKED;
  const reader = new MetadataReader(metadata);
  const options = readSyncOptions(reader.raw(SYNC_OPTIONS_ANNOTATION));
  const policy: ObjectPolicy = {
    wave: reader.wave(`${GROUP}/wave`) ?? reader.wave(WAVE_ALIAS) ?? DEFAULT_POLICY.wave,
    prune: reader.toggle("prune", false) ?? (options.keep || reader.isKeptByHelm() ? false : DEFAULT_POLICY.prune),
    ssa: reader.word(`${GROUP}/ssa`, SSA) ?? reader.word(`${FLUX}/ssa`, SSA) ?? DEFAULT_POLICY.ssa,
    reconcile: reader.toggle("reconcile") ?? DEFAULT_POLICY.reconcile,
    force: reader.toggle("force") ?? (options.force || DEFAULT_POLICY.force),
    adopt: reader.word(`${GROUP}/adopt`, ADOPT),
  };
  return { policy, problems: reader.problems, warnings: [...reader.warnings, ...options.warnings] };
}

/**
 * What the annotations on a live object ask for, whoever set them there: not to delete it (all there is to go by when the
 * source no longer has it), not to write it. Flux and Argo CD read them on the live object, too.
 */
export function livePolicyOf(metadata: ObjectMeta): LivePolicy {
  const { policy } = policyOf(metadata);
  const reconcile = policy.reconcile && policy.ssa !== "Ignore";
  return policy.prune && reconcile && policy.wave === 0 ? UNRESTRICTED : { prune: policy.prune, reconcile, wave: policy.wave };
}

const UNRESTRICTED: LivePolicy = { prune: true, reconcile: true, wave: 0 };
const NOTHING_ASKED: ReadPolicy = { policy: DEFAULT_POLICY, problems: [], warnings: [] };
const SSA: readonly Ssa[] = ["Override", "Merge", "IfNotPresent", "Ignore"];
const ADOPT: readonly AdoptPolicy[] = ["Never", "IfUnowned", "Always"];
const TOGGLE = ["enabled", "disabled"] as const;
/** Wide enough for every scheme of numbering that people use; narrow enough to stay an exact integer everywhere. */
const WAVE = /^[+-]?\d{1,9}$/;

/** Reads the annotations and labels of one object and collects what could not be read. */
class MetadataReader {
  readonly #metadata: ObjectMeta;
  readonly problems: string[] = [];
  readonly warnings: string[] = [];

  constructor(metadata: ObjectMeta) {
    this.#metadata = metadata;
  }

  /** An annotation wins over a label of the same name. */
  raw(key: string): string | undefined {
    const { annotations, labels } = this.#metadata;
    return own(annotations, key) ?? own(labels, key);
  }

  word<Word extends string>(key: string, words: readonly Word[]): Word | undefined {
    const text = this.raw(key);
    if (text === undefined) return undefined;
    const found = words.find((word) => word.toLowerCase() === text.trim().toLowerCase());
    if (found === undefined) this.#misread(key, text, words.join(", "));
    return found;
  }

  wave(key: string): number | undefined {
    const text = this.raw(key)?.trim();
    if (text === undefined) return undefined;
    if (WAVE.test(text)) return Number(text) + 0; // + 0 turns -0 into 0
    this.#misread(key, text, "a whole number such as -1, 0 or 10");
    return undefined;
  }

  /** enabled or disabled, by our key or by Flux's; `careful` is what a value of ours that means nothing counts as. */
  toggle(name: "prune" | "reconcile" | "force", careful?: boolean): boolean | undefined {
    const ours = this.word(`${GROUP}/${name}`, TOGGLE);
    if (ours !== undefined) return ours === "enabled";
    if (careful !== undefined && this.raw(`${GROUP}/${name}`) !== undefined) return careful;
    const alias = this.word(`${FLUX}/${name}`, TOGGLE);
    return alias === undefined ? undefined : alias === "enabled";
  }

  isKeptByHelm(): boolean {
    return this.raw(HELM_KEEP)?.trim().toLowerCase() === "keep";
  }

  #misread(key: string, text: string, allowed: string): void {
    const shown = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
    if (key.startsWith(`${GROUP}/`)) this.problems.push(`${key}: ${shown} is not one of its values: ${allowed}`);
    else this.warnings.push(`${key}: ${shown} is ignored; its values are: ${allowed}`);
  }
}

/** The map may be null: `annotations:` with nothing below it. */
const own = (map: Readonly<Record<string, string>> | null | undefined, key: string): string | undefined => (map !== undefined && map !== null && Object.hasOwn(map, key) ? map[key] : undefined);
