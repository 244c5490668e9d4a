/** Laws of rules and holds, over random ones, and whatever people, Git and the operator do meanwhile. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { annotate, holdOf, look, MINUTE, put, restart, restartable, source } from "../../support/drift-world.ts";
import type { Rule } from "../../support/drift-world.ts";
import { LookWorld } from "../../support/look-world.ts";
import { shopWith } from "../../support/plan-cases.ts";

/** What a rule says of one of three fields, and what somebody did to it. */
interface Case {
  readonly action: "Revert" | "Report" | "Ignore" | "RevertAfter" | undefined;
  readonly edit: string | null | undefined;
  readonly by: "kubectl-edit" | "some-controller";
}

const FIELDS = ["x", "y", "z"] as const;
const CONTENT: Readonly<Record<string, string>> = { x: "1", y: "1", z: "1" };
const cases: fc.Arbitrary<readonly Case[]> = fc.array(
  fc.record({ action: fc.constantFrom("Revert", "Report", "Ignore", "RevertAfter", undefined), edit: fc.constantFrom("hand", "1", null, undefined), by: fc.constantFrom("kubectl-edit", "some-controller") }),
  { minLength: 3, maxLength: 3 },
);
const modes = fc.constantFrom("Revert", "Report", "Ignore");

/** What becomes of a field: what was done to it where that is left, else what Git says. */
function expected({ action, edit }: Case, mode: string): string | undefined {
  const stays = (action ?? mode) !== "Revert";
  return edit === undefined || !stays ? "1" : (edit ?? undefined);
}

test("whatever rules there are and whatever is done, each field is what its rule says, once, and all of it is told that is to be", async () => {
  await fc.assert(fc.asyncProperty(cases, modes, async (fields, mode) => {
    const rules: Rule[] = fields.flatMap(({ action }, index) => (action === undefined ? [] : [{ paths: [`/data/${FIELDS[index]}`], action, ...(action === "RevertAfter" ? { after: "1h" } : {}) }]));
    const world = new LookWorld();
    world.app = shopWith({ drift: { mode, rules } });
    world.source = source(CONTENT);
    await world.look();
    fields.forEach(({ edit, by }, index) => edit !== undefined && put(world, { [FIELDS[index] ?? ""]: edit }, by));
    const first = await look(world);
    const wanted = Object.fromEntries(fields.flatMap((one, index) => (expected(one, mode) === undefined ? [] : [[FIELDS[index] ?? "", expected(one, mode)]])));
    expect(world.data("a") ?? {}).toEqual(wanted);
    const told = fields.flatMap(({ action = mode, edit }, index) => (edit === undefined || edit === "1" || action === "Revert" || action === "Ignore" ? [] : [`${action} /data/${FIELDS[index]}${edit === null ? "" : ` "${edit}"`}`]));
    expect(first.told).toEqual(told.sort());
    const writes = world.writes.length;
    expect((await look(world)).told).toEqual(first.told);
    const calls: string[] = [];
    world.refuse = ({ verb, kind }) => void calls.push(`${verb} ${kind}`);
    expect([(await look(world)).told, calls]).toEqual([first.told, []]); // what is told and left is not even read again
    restart(world, first.outcome);
    expect([(await look(world)).told, world.data("a") ?? {}]).toEqual([first.told, wanted]);
    expect(world.writes.length).toBeLessThanOrEqual(writes + 1); // ownership of equal values may be taken back
  }), { numRuns: 150 });
}, 60_000);

/** What happens while an object may be held. */
type Step =
  | { readonly kind: "Edit"; readonly field: Field; readonly value: string | null }
  | { readonly kind: "Commit"; readonly field: Field; readonly value: string | undefined }
  | { readonly kind: "Hold"; readonly minutes: number | undefined }
  | { readonly kind: "Wait"; readonly minutes: number }
  | { readonly kind: "Restart" };
type Field = (typeof FIELDS)[number];

const someField = fc.constantFrom(...FIELDS);
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("Edit" as const), field: someField, value: fc.constantFrom("hand", "1", "2", null) }),
  fc.record({ kind: fc.constant("Commit" as const), field: someField, value: fc.constantFrom("1", "2", "3", undefined) }),
  fc.record({ kind: fc.constant("Hold" as const), minutes: fc.constantFrom(10, 60, undefined) }),
  fc.record({ kind: fc.constant("Wait" as const), minutes: fc.constantFrom(1, 5, 60) }),
  fc.record({ kind: fc.constant("Restart" as const) }),
);

/** An object that is held at times, and what it should be. */
class HeldWorld {
  readonly world = new LookWorld();
  #git: Record<string, string> = { ...CONTENT };
  /** What was done by hand and stays; null: the field was removed. */
  #hand = new Map<string, string | null>();
  #until: number | undefined;

  async open(): Promise<void> {
    this.world.source = source(this.#git);
    await this.#look();
  }

  async go(step: Step): Promise<void> {
    const { world } = this;
    switch (step.kind) {
      case "Edit":
        put(world, { [step.field]: step.value });
        this.#hand.set(step.field, step.value);
        break;
      case "Commit":
        if (this.#git[step.field] !== step.value) this.#hand.delete(step.field);
        if (step.value === undefined) delete this.#git[step.field];
        else this.#git[step.field] = step.value;
        world.source = source(this.#git);
        break;
      case "Hold":
        annotate(world, null);
        if (step.minutes !== undefined) annotate(world, `${step.minutes}m`);
        this.#until = step.minutes === undefined ? undefined : world.clock.now().getTime() + step.minutes * MINUTE;
        break;
      case "Wait":
        await world.clock.advance(step.minutes * MINUTE);
        break;
      case "Restart":
        world.stored = new Map([...world.memory.lastGood].map(([key, good]) => [key, { ...good, object: { ...good.object, content: "LastGood" } }]));
        world.restart();
    }
    await this.#look();
    expect(world.data("a") ?? {}).toEqual(this.#expected());
  }

  /** Past every hold nothing is left of it. */
  async end(): Promise<void> {
    await this.go({ kind: "Wait", minutes: 60 });
    const writes = this.world.writes.length;
    const { told } = await look(this.world);
    expect([told, holdOf(this.world), this.world.writes.length]).toEqual([[], undefined, writes]);
  }

  /** Until nothing follows by itself: the second look is the event that our own writes are. */
  async #look(): Promise<void> {
    for (let again = 0; again < 2; again += 1) restartable(this.world, (await look(this.world)).outcome);
    const held = this.#until !== undefined && this.#until > this.world.clock.now().getTime();
    if (!held) this.#hand.clear();
  }

  #expected(): Record<string, string> {
    return Object.fromEntries(FIELDS.flatMap((name) => {
      const value = this.#hand.has(name) ? this.#hand.get(name) : this.#git[name];
      return value === undefined || value === null ? [] : [[name, value]];
    }));
  }
}

/** The whole map is gone, one member by hand and another by Git, when Git brings one back. */
const GONE_AS_A_WHOLE: Step[] = [
  { kind: "Commit", field: "z", value: undefined },
  { kind: "Hold", minutes: 10 },
  { kind: "Edit", field: "y", value: null },
  { kind: "Commit", field: "x", value: undefined },
  { kind: "Commit", field: "x", value: "1" },
];

test("whatever people do, Git brings and the operator goes through: what is held keeps what was done by hand until Git changes that field, and what is not is as Git has it", async () => {
  await fc.assert(fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 12 }), async (trace) => {
    const held = new HeldWorld();
    await held.open();
    for (const step of trace) await held.go(step);
    await held.end();
  }), { numRuns: 100, examples: [[GONE_AS_A_WHOLE]] });
}, 60_000);
