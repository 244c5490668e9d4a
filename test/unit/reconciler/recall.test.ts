import { describe, expect, test } from "vitest";
import { fightState, noteCorrection } from "../../../drift/fight.ts";
import type { FightRecord } from "../../../drift/fight.ts";
import { emptyMemory, noteEqual } from "../../../reconciler/memory.ts";
import { beginLook, firstSights, forgetEarlier, recall } from "../../../reconciler/recall.ts";
import type { Application } from "../../../src/api/application.ts";
import type { DriftFight, DriftFinding } from "../../../src/api/drift-report.ts";
import { configMapMember, oneObject, shopWith } from "../../support/plan-cases.ts";

const object = oneObject("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}");
const at = (seconds: number): Date => new Date(seconds * 1000);
const app = (annotations: Readonly<Record<string, string>> = {}): Application =>
  shopWith({}, { metadata: { name: "shop", namespace: "shop", generation: 1, annotations, managedFields: [{ manager: "kubectl-annotate", operation: "Update", time: at(0).toISOString(), fieldsV1: { "f:metadata": { "f:annotations": { "f:driftless.dev/drift-hold": {} } } } }] } });
const finding = (extra: Partial<DriftFinding> = {}): DriftFinding => ({ object: object.key, class: "Modified", path: "/data/x", detectedAt: "1970-01-01T00:00:10Z", ...extra });
const atOnce = [0, 1, 2, 3, 4, 5].reduce<FightRecord | undefined>((record, second) => noteCorrection(record, at(second).getTime()), undefined);

/** A memory of an object that is as it was left, with this told of it. */
function told(...reported: readonly DriftFinding[]) {
  const memory = emptyMemory();
  beginLook(memory, app(), at(0));
  noteEqual(memory, { object, member: configMapMember("a") });
  memory.settled.set(object.key, "as it was");
  memory.reported = reported;
  return memory;
}

describe("a look", () => {
  test.each<[string, Application, number]>([
    ["is asked for by an annotation", app({ "driftless.dev/reconcile-requested-at": "now" }), 0],
    ["comes with another spec", { ...app(), metadata: { ...app().metadata, generation: 2 } }, 0],
    ["comes with a hold of the whole Application", app({ "driftless.dev/drift-hold": "1h" }), 0],
    ["comes by event", app(), 1],
    ["comes with a hold that is over", app({ "driftless.dev/drift-hold": "1s" }), 1],
  ])("that %s leaves so many of the objects whose differences were left as they were known", (_name, next, known) => {
    const memory = told(finding());
    beginLook(memory, next, at(20));
    expect([memory.baselines.size, memory.settled.size]).toEqual([known, known]);
  });

  test("that somebody asked for tries at once what was put off; one that comes by event does not", () => {
    const memory = told();
    memory.retries.set(object.key, { digest: "x", attempts: 3, at: 99_000, message: "" });
    beginLook(memory, app(), at(1));
    expect(memory.retries.size).toBe(1);
    beginLook(memory, app({ "driftless.dev/reconcile-requested-at": "now" }), at(2));
    expect(memory.retries.size).toBe(0);
  });

  test("looks at what is due, and not before", () => {
    const memory = told(finding({ revertAt: at(60).toISOString() }));
    const known = [59, 60].map((second) => {
      beginLook(memory, app(), at(second));
      return memory.baselines.size;
    });
    expect(known).toEqual([1, 0]);
  });

  test("after a pause of corrections looks at the object once, and one after long peace forgets the fight", () => {
    const memory = told();
    if (atOnce === undefined) throw new Error("no fight");
    memory.fights.set(object.key, atOnce);
    const looks = [6, 30, 65, 66, 90, 300].map((second) => {
      noteEqual(memory, { object, member: configMapMember("a") });
      beginLook(memory, app(), at(second));
      return `${second}: ${memory.baselines.has(object.key) ? "as it was" : "looked at"}, ${memory.fights.size}`;
    });
    expect(looks).toEqual(["6: as it was, 1", "30: as it was, 1", "65: looked at, 1", "66: as it was, 1", "90: as it was, 1", "300: as it was, 0"]);
  });

  test("keeps a fight that has ended as long as something differs", () => {
    const memory = told(finding());
    memory.fights.set(object.key, { heat: 5, at: 0, rounds: 7, until: 0 });
    const states = [1, 100_000, 200_000].map((second) => {
      beginLook(memory, app(), at(second));
      return [fightState(memory.fights.get(object.key), at(second).getTime()).kind, memory.baselines.size];
    });
    memory.reported = [];
    beginLook(memory, app(), at(203_600));
    expect([states, memory.fights.size]).toEqual([Array.from({ length: 3 }, () => ["Stopped", 1]), 0]);
  });

  test.each([["asked for", app({ "driftless.dev/reconcile-requested-at": "now" })], ["held", app({ "driftless.dev/drift-hold": "1h" })]])("of an Application that is %s tries fights that had ended once more", (_name, next) => {
    const memory = told(finding());
    memory.fights.set(object.key, { heat: 5, at: 0, rounds: 7, until: 0 });
    beginLook(memory, next, at(20));
    expect(fightState(memory.fights.get(object.key), at(20).getTime()).kind).toBe("Peace");
  });
});

describe("after a restart", () => {
  const fight: DriftFight = { object: object.key, managers: ["rival"], fields: ["/data/x"], state: "Stopped", rounds: 6 };
  const answered: Application = { ...app({ "driftless.dev/reconcile-requested-at": "before" }), status: { observedGeneration: 1, lastHandledReconcileAt: "before" } };

  test("differences are known since they were told, until the object was looked at", () => {
    const memory = emptyMemory();
    recall(memory, () => ({ findings: [finding()], fights: [] }), app(), at(100));
    const since = () => firstSights(memory)(finding({ live: "3", class: "Missing" }))?.getTime();
    expect([since(), firstSights(memory)(finding({ path: "/data/y" }))]).toEqual([10_000, undefined]);
    forgetEarlier(memory);
    expect(since()).toBe(10_000);
    noteEqual(memory, { object, member: configMapMember("a") });
    forgetEarlier(memory);
    expect(since()).toBeUndefined();
  });

  test("a fight that had ended has ended, and the restart is nobody who acts", () => {
    const memory = emptyMemory();
    recall(memory, () => ({ findings: [], fights: [fight] }), answered, at(100));
    beginLook(memory, answered, at(100));
    expect(fightState(memory.fights.get(object.key), at(100).getTime()).kind).toBe("Stopped");
  });

  test("who has asked meanwhile is heard", () => {
    const memory = emptyMemory();
    recall(memory, () => ({ findings: [], fights: [fight] }), { ...answered, metadata: app({ "driftless.dev/reconcile-requested-at": "since" }).metadata }, at(100));
    beginLook(memory, app({ "driftless.dev/reconcile-requested-at": "since" }), at(100));
    expect(fightState(memory.fights.get(object.key), at(100).getTime()).kind).toBe("Peace");
  });

  test("what was told is read once", () => {
    const memory = emptyMemory();
    recall(memory, () => undefined, app(), at(0));
    recall(memory, () => ({ findings: [finding()], fights: [fight] }), app(), at(0));
    expect([memory.earlier, memory.fights.size]).toEqual([[], 0]);
  });
});
