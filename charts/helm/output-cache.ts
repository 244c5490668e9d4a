import type { CapabilitiesInput } from "./capabilities.ts";
import { KeptValues } from "./kept-values.ts";
import { looksSame } from "./look.ts";
import type { RandomSource } from "./random.ts";
import type { RenderBudget } from "./render-scope.ts";
import type { Dependence, Seen, Watch } from "./watch.ts";

/** Outputs of one template that are kept; the least recently used goes first. */
const MAX_KEPT = 32;
/** Charts of one key, with different files or dependencies, that are told apart. */
const MAX_SURROUNDINGS = 16;
/** Characters that an output counts for beside its text, and each thing that was seen. */
const OUTPUT_WEIGHT = 300;
const SEEN_WEIGHT = 60;

/** What all outputs of a render depend on, besides values. */
export interface Surroundings {
  readonly capabilities: CapabilitiesInput;
  readonly random: RandomSource;
  /** Names of the charts that take part. */
  readonly charts: readonly string[];
  /** Whatever tells the templates and where they lie: the same items, the same templates. */
  readonly templates: readonly unknown[];
}

/** What a template gave, what it saw and what it took. */
interface Kept<Output> extends Dependence {
  readonly output: Output;
  readonly numbers: readonly number[];
  readonly units: number;
  readonly characters: number;
  readonly weight: number;
}

/** What is kept of renders in the same surroundings. */
class Renders<Output> {
  readonly key: string;
  readonly surroundings: Surroundings;
  readonly values = new KeptValues();
  readonly outputs = new Map<string, readonly Kept<Output>[]>();
  #weight = 0;

  constructor(key: string, surroundings: Surroundings) {
    this.key = key;
    this.surroundings = surroundings;
  }

  get weight(): number {
    return this.#weight + this.values.weight;
  }

  keep(source: string, kept: Kept<Output>): void {
    const all = [kept, ...(this.outputs.get(source) ?? [])];
    this.#weight += kept.weight;
    if (all.length > MAX_KEPT) this.#weight -= all.pop()?.weight ?? 0;
    this.outputs.set(source, all);
  }

  clear(): void {
    this.values.clear();
    this.outputs.clear();
    this.#weight = 0;
  }
}

/** Outputs of templates, kept from one render to the next and found by what the template saw. Bounded by characters; the least recently used surroundings go first. */
export class OutputCache<Output extends { readonly text: string }> {
  readonly #maxCharacters: number;
  readonly #renders = new Set<Renders<Output>>();
  readonly #byKey = new Map<string, Renders<Output>[]>();
  #weight = 0;

  constructor(maxCharacters: number) {
    this.#maxCharacters = maxCharacters;
  }

  /** What is kept for a render. `key`: a text that is the same for the same chart and release. */
  open(key: string, surroundings: Surroundings, watch: Watch, budget: RenderBudget): KeptOutputs<Output> {
    const all = this.#byKey.get(key) ?? [];
    let renders = all.find((each) => areSame(each.surroundings, surroundings));
    if (renders === undefined) {
      renders = new Renders(key, surroundings);
      all.push(renders);
      this.#byKey.set(key, all);
      if (all.length > MAX_SURROUNDINGS) this.#drop(all[0] ?? renders);
    }
    this.#renders.delete(renders);
    this.#renders.add(renders);
    const found = renders;
    return new KeptOutputs(found, watch, budget, (before) => this.#bound(found, before));
  }

  #bound(current: Renders<Output>, before: number): void {
    this.#weight += current.weight - before;
    for (const oldest of this.#renders) {
      if (this.#weight <= this.#maxCharacters) return;
      if (oldest !== current) this.#drop(oldest);
    }
    if (this.#weight <= this.#maxCharacters) return;
    this.#weight -= current.weight;
    current.clear();
  }

  #drop(renders: Renders<Output>): void {
    this.#weight -= renders.weight;
    this.#renders.delete(renders);
    const left = this.#byKey.get(renders.key)?.filter((each) => each !== renders) ?? [];
    if (left.length === 0) this.#byKey.delete(renders.key);
    else this.#byKey.set(renders.key, left);
    renders.clear();
  }
}

function areSame(left: Surroundings, right: Surroundings): boolean {
  return left.random.isSame(right.random) && areItemsSame(left.templates, right.templates) && areItemsSame(left.charts, right.charts) && areCapabilitiesSame(left.capabilities, right.capabilities);
}

const areCapabilitiesSame = (left: CapabilitiesInput, right: CapabilitiesInput): boolean =>
  left.kubeVersion === right.kubeVersion && left.isOfCluster === right.isOfCluster && (left.apiVersions === right.apiVersions || (left.apiVersions !== undefined && right.apiVersions !== undefined && areItemsSame(left.apiVersions, right.apiVersions)));

const areItemsSame = (left: readonly unknown[], right: readonly unknown[]): boolean => left.length === right.length && left.every((item, index) => item === right[index]);

/** The outputs that are kept for one render. */
export class KeptOutputs<Output extends { readonly text: string }> {
  readonly #renders: Renders<Output>;
  readonly #watch: Watch;
  readonly #budget: RenderBudget;
  readonly #bound: (before: number) => void;
  /** Numbers of what there is to see in this render; it stays the same until a template changes it. */
  readonly #numbers = new Map<string, number | undefined>();

  constructor(renders: Renders<Output>, watch: Watch, budget: RenderBudget, bound: (before: number) => void) {
    this.#renders = renders;
    this.#watch = watch;
    this.#budget = budget;
    this.#bound = bound;
  }

  /** What the template gives: what it gave before where it would see the same, paid for in the same way. A throw is not kept. */
  get(source: string, render: () => Output): Output {
    if (this.#watch.isChanged) return render();
    const before = this.#renders.weight;
    try {
      return this.#find(source) ?? this.#make(source, render);
    } finally {
      this.#bound(before); // a render that throws may have left values
    }
  }

  #find(source: string): Output | undefined {
    const kept = this.#renders.outputs.get(source)?.find(({ seen, numbers, period }) => this.#watch.isIn(period) && seen.every((each, index) => this.#isAsSeen(each, numbers[index])));
    if (kept === undefined || !this.#budget.canPay(kept.units, kept.characters)) return undefined;
    this.#budget.spend(kept.units);
    this.#budget.spendText(kept.characters);
    this.#watch.repeat(kept);
    return kept.output;
  }

  #isAsSeen(seen: Seen, number: number | undefined): boolean {
    if (this.#numberOf(seen) === number) return true;
    const { look, place } = seen;
    return look?.isWhole !== true && this.#renders.values.holds(place, number, (value) => looksSame(look, value, this.#watch.valueOf(seen)));
  }

  #make(source: string, render: () => Output): Output {
    const { units, characters } = this.#budget.used;
    this.#watch.start();
    const output = render();
    const dependence = this.#watch.finish();
    const numbers = dependence?.seen.map((each) => this.#numberOf(each));
    if (dependence === undefined || numbers === undefined || !areNumbers(numbers)) return output;
    const { used } = this.#budget;
    const weight = OUTPUT_WEIGHT + output.text.length + dependence.seen.reduce((count, { look }) => count + 1 + (look?.count ?? 0), 0) * SEEN_WEIGHT;
    this.#renders.keep(source, { ...dependence, output, numbers, units: used.units - units, characters: used.characters - characters, weight });
    return output;
  }

  #numberOf(seen: Seen): number | undefined {
    const { place } = seen;
    const known = this.#numbers.get(place);
    if (known !== undefined || this.#numbers.has(place)) return known;
    const number = this.#renders.values.numberOf(place, this.#watch.valueOf(seen));
    this.#numbers.set(place, number);
    return number;
  }
}

const areNumbers = (numbers: readonly (number | undefined)[]): numbers is readonly number[] => numbers.every((number) => number !== undefined);
