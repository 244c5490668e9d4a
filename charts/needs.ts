import type { Position } from "../src/errors.ts";
import { canonicalJson, type Json } from "../src/object/json.ts";
import type { FileTree } from "../sources/file-tree.ts";

/** A Git repository that a kustomization refers to. */
export interface RemoteBaseNeed {
  readonly kind: "RemoteBase";
  /** `https://host/path`, or with http; without credentials, query and fragment. */
  readonly url: string;
  /** Branch, tag or full commit id; "" for what HEAD names. */
  readonly ref: string;
  /** Where it is referred to first. */
  readonly at: Position;
}

/** What the target cluster is: `{kubeVersion, apiVersions}`, see ClusterCapabilities. */
export interface CapabilitiesNeed {
  readonly kind: "Capabilities";
  readonly at: Position;
}

/** An object of the target cluster, or a list of them where `name` is empty; `{}` where there is none. */
export interface LookupNeed {
  readonly kind: "Lookup";
  readonly apiVersion: string;
  readonly object: string;
  /** "" for none, in lists for all. */
  readonly namespace: string;
  readonly name: string;
  readonly at: Position;
}

/** The time that a chart is told: milliseconds since 1970. */
export interface TimeNeed {
  readonly kind: "Time";
  readonly at: Position;
}

/** What a render needs from outside. Rendering asks nobody: it says what it needs, and is called again with answers. */
export type Need = RemoteBaseNeed | CapabilitiesNeed | LookupNeed | TimeNeed;
/** A need whose answer is a value. */
export type ValueNeed = Exclude<Need, RemoteBaseNeed>;

/** Content of a repository: what its ref means now. */
export interface TreeAnswer {
  readonly kind: "Tree";
  readonly tree: FileTree;
}

/** What the cluster or the clock says. Never changed. */
export interface ValueAnswer {
  readonly kind: "Value";
  readonly value: Json;
}

/** What a need was answered with. */
export type Answer = TreeAnswer | ValueAnswer;

/** Answers by the key of their need; a Map is one. */
export interface Answers {
  get(key: string): Answer | undefined;
}

/** Stands for what is needed, wherever it is referred to. */
export function needKey({ at: _at, ...need }: Need): string {
  return canonicalJson(need satisfies Json);
}

/** What a render has asked for, each once: `open` without an answer, `answered` with one. */
export class Needs {
  readonly #answers: Answers | undefined;
  readonly #open = new Map<string, Need>();
  readonly #answered = new Map<string, Need>();

  /** `answers`: default none. */
  constructor(answers: Answers | undefined) {
    this.#answers = answers;
  }

  /** The repository; where it is missing, that is noted. */
  tree(need: RemoteBaseNeed): FileTree | undefined {
    const answer = this.#answer(need);
    return answer?.kind === "Tree" ? answer.tree : undefined;
  }

  /** The value; where it is missing, that is noted. */
  value(need: ValueNeed): Json | undefined {
    const answer = this.#answer(need);
    return answer?.kind === "Value" ? answer.value : undefined;
  }

  /** True once something could not be answered: what is made from then on is not the result. */
  get isWaiting(): boolean {
    return this.#open.size > 0;
  }

  /** What could not be answered. */
  get open(): readonly Need[] {
    return [...this.#open.values()];
  }

  /** What was. */
  get answered(): readonly Need[] {
    return [...this.#answered.values()];
  }

  #answer(need: Need): Answer | undefined {
    const key = needKey(need);
    const answer = this.#answers?.get(key);
    const noted = answer === undefined ? this.#open : this.#answered;
    if (!noted.has(key)) noted.set(key, need);
    return answer;
  }
}
