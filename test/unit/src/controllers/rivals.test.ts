import { describe, expect, test } from "vitest";
import type { LiveMember } from "../../../../reconciler/observed.ts";
import type { Attempted, Outcome } from "../../../../reconciler/outcome.ts";
import type { FailureOutcome, Plan } from "../../../../reconciler/change.ts";
import type { Artifact } from "../../../../sources/source.ts";
import type { Application, ApplicationSpec } from "../../../../src/api/application.ts";
import { AppRegistry } from "../../../../src/controllers/app-registry.ts";
import { Artifacts } from "../../../../src/controllers/artifacts.ts";
import { lookedAt, noteLook, Rivals } from "../../../../src/controllers/rivals.ts";
import { nameOf } from "../../../../src/controllers/resource-store.ts";
import { ReconcileError } from "../../../../src/errors.ts";
import type { ObjectKey } from "../../../../src/object/object-id.ts";
import { settle } from "../../../support/virtual-clock.ts";
import { attemptedWith } from "../../../support/outcome-cases.ts";
import { configMaps, memberAt, oneObject, planWith } from "../../../support/plan-cases.ts";

const KEY = "/ConfigMap/shop/moving" as ObjectKey; // as formatKey writes it
const nothing = planWith(configMaps(), {});
/** A plan that claims the object which `shop/a` has. */
const claiming: Plan = planWith(configMaps("moving"), {
  lookUps: { moving: { kind: "Foreign", live: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "moving", namespace: "shop", uid: "u" } }, owner: "Application shop/a", application: "shop/a" } },
});

const appCalled = (name: string, spec: Partial<ApplicationSpec> = {}, metadata: Partial<Application["metadata"]> = {}): Application => ({
  apiVersion: "driftless.dev/v1alpha1", kind: "Application", metadata: { name, namespace: "shop", uid: name, generation: 1, ...metadata },
  spec: { sourceRef: { kind: "GitSource", name: "repo" }, ...spec },
});

/** The claim could not be written, for now or for good. */
const claimFailed = (outcome: FailureOutcome): Attempted =>
  attemptedWith({ failures: claiming.claims.map(({ object: { id, key } }) => ({ id, key, where: undefined, message: "it was not done", verb: "apply", outcome })) });

/** The Applications over one repository. */
function fleet(...known: readonly Application[]) {
  const apps = [...known];
  const artifacts = new Artifacts();
  const registry = new AppRegistry("cafe");
  const woken: string[] = [];
  const store = { get: (name: string) => apps.find((app) => nameOf(app) === name), values: () => apps.values() };
  const members = { membersOf: (setId: string) => (setId === registry.get("shop/b")?.identity.setId ? new Map(memberKeys.map((key) => [key, memberAt(key)])) : new Map<ObjectKey, LiveMember>()) };
  const memberKeys: ObjectKey[] = [];
  for (const app of apps) registry.open(app);
  const arrive = (revision: string): void => artifacts.put({ namespace: "shop", name: "repo" }, { revision } as unknown as Artifact); // nothing else of it is looked at
  const look = (app: Application, plan: Plan, outcome: Attempted = attemptedWith()): void =>
    noteLook(registry.open(app).state, { outcome, plan, changes: [] }, lookedAt(app, artifacts), (name) => woken.push(name));
  const rivalsOf = (app: Application) => new Rivals(app, registry, { applications: store, artifacts, members });
  return { apps, arrive, woken, look, registry, memberKeys, artifacts, rivalsOf, rivalOf: (app: Application) => rivalsOf(app).of(KEY) };
}

describe("an object that one commit may have moved", () => {
  const [a, b, c] = [appCalled("a"), appCalled("b"), appCalled("c")];

  test("waits for every other Application of the source to have looked at the commit, and the last one calls", () => {
    const { arrive, woken, look, rivalOf } = fleet(a, b, c);
    arrive("r1");
    expect(rivalOf(a)).toEqual({ application: "shop/c", state: "NotLooked" });
    look(c, nothing);
    expect(woken).toEqual(["shop/a"]);
    expect(rivalOf(a)).toEqual({ application: "shop/b", state: "NotLooked" });
    look(b, nothing);
    expect(rivalOf(a)).toBeUndefined();
    arrive("r2");
    expect(rivalOf(a)).toMatchObject({ state: "NotLooked" });
  });

  test("waits for who claims it, and not for who was refused that", () => {
    const { arrive, look, rivalOf } = fleet(a, b);
    arrive("r1");
    look(b, claiming);
    expect(rivalOf(a)).toEqual({ application: "shop/b", state: "Claims" });
    look(b, claiming, claimFailed("Unavailable"));
    expect(rivalOf(a)).toEqual({ application: "shop/b", state: "Claims" });
    look(b, claiming, claimFailed("Refused"));
    expect(rivalOf(a)).toBeUndefined();
  });

  test("is told of a claim, and when it is given up", () => {
    const { arrive, woken, look } = fleet(a, b);
    arrive("r1");
    look(b, claiming);
    look(b, nothing);
    expect(woken).toEqual(["shop/a", "shop/a"]);
  });

  test("a claim from before the newest commit counts for nothing yet", () => {
    const { arrive, look, rivalOf } = fleet(a, b);
    arrive("r1");
    look(b, claiming);
    arrive("r2");
    expect(rivalOf(a)).toEqual({ application: "shop/b", state: "NotLooked" });
  });

  test("waits for an Application that another one has just made, and of which no watch has told yet", () => {
    const child = "driftless.dev/Application/shop/child" as ObjectKey; // as formatKey writes it
    const { arrive, look, memberKeys, rivalOf } = fleet(a, b);
    arrive("r1");
    look(b, nothing);
    expect(rivalOf(a)).toBeUndefined();
    memberKeys.push("driftless.dev/Application/elsewhere/child" as ObjectKey, "driftless.dev/Application/shop/b" as ObjectKey);
    expect(rivalOf(a)).toBeUndefined();
    memberKeys.push(child);
    expect(rivalOf(a)).toEqual({ application: "shop/child", state: "NotLooked" });
  });

  test("is asked for anew at each look of a reconcile", async () => {
    const { arrive, apps, rivalsOf } = fleet(a);
    const rivals = rivalsOf(a);
    arrive("r1");
    expect(rivals.of(KEY)).toBeUndefined();
    apps.push(b);
    await settle();
    expect(rivals.of(KEY)).toEqual({ application: "shop/b", state: "NotLooked" });
  });

  test.each([
    ["is suspended", appCalled("b", { suspend: true })],
    ["is being deleted", appCalled("b", {}, { deletionTimestamp: "2026-01-01T00:00:00Z" })],
    ["follows another source", appCalled("b", { sourceRef: { kind: "GitSource", name: "other" } })],
    ["is in another namespace", appCalled("b", {}, { namespace: "elsewhere" })],
  ])("does not wait for an Application that %s", (_why, other) => {
    const { arrive, rivalOf } = fleet(a, other);
    arrive("r1");
    expect(rivalOf(a)).toBeUndefined();
  });
});

describe("whether a claimant wants an object", () => {
  const [a, b] = [appCalled("a"), appCalled("b")];

  test("is known when it has looked at what there is now, which wakes who asked", () => {
    const { arrive, woken, look, rivalsOf } = fleet(a, b);
    const wants = (): string => rivalsOf(a).wants("shop/b", KEY);
    arrive("r1");
    expect(wants()).toBe("Unknown");
    look(b, claiming);
    expect([wants(), woken]).toEqual(["Yes", ["shop/a"]]);
    arrive("r2");
    expect(wants()).toBe("Unknown");
    look(b, nothing);
    expect(wants()).toBe("No");
  });

  test.each<[string, Application, Outcome]>([
    ["that is suspended", appCalled("b", { suspend: true }), { kind: "Suspended" }],
    ["that has failed", b, { kind: "Failed", error: new ReconcileError("BUILD_FAILED", "it is broken"), revision: undefined, meanwhile: undefined }],
  ])("one %s wants what it has claimed before, and nothing else", (_what, other, outcome) => {
    const [fresh, claimant] = [fleet(a, other), fleet(a, other)];
    fresh.arrive("r1");
    claimant.arrive("r1");
    claimant.look(other, claiming);
    for (const { registry, artifacts } of [fresh, claimant]) noteLook(registry.open(other).state, { outcome, plan: undefined, changes: [] }, lookedAt(other, artifacts), () => undefined);
    expect([fresh.rivalsOf(a).wants("shop/b", KEY), claimant.rivalsOf(a).wants("shop/b", KEY)]).toEqual(["No", "Yes"]);
  });

  test("is no for one that is gone", () => {
    expect(fleet(a).rivalsOf(a).wants("shop/b", KEY)).toBe("No");
  });

  test("is asked once more when it is handed over, and that it is going on is known until it is over", () => {
    const { arrive, look, registry, rivalsOf } = fleet(a, b);
    arrive("r1");
    look(b, claiming);
    const end = rivalsOf(a).handOver("shop/b", KEY);
    expect(registry.get("shop/b")?.receiving).toBe(1);
    end?.();
    expect(registry.get("shop/b")?.receiving).toBe(0);
    look(b, nothing);
    expect(rivalsOf(a).handOver("shop/b", KEY)).toBeUndefined();
  });
});

describe("an Application holds an object", () => {
  const [a, b] = [appCalled("a"), appCalled("b")];

  /** `b` has looked, and wants this. */
  function looked(...desired: readonly string[]) {
    const world = fleet(a, b);
    world.arrive("r1");
    const { state } = world.registry.open(b);
    state.memory.effective = { effective: configMaps(...desired) } as NonNullable<typeof state.memory.effective>; // nothing else of it is looked at
    world.look(b, nothing);
    return { ...world, holds: () => world.rivalsOf(a).holds("shop/b", KEY) };
  }

  test("as long as it has not looked", () => {
    const { arrive, rivalsOf } = fleet(a, b);
    arrive("r1");
    expect(rivalsOf(a).holds("shop/b", KEY)).toBe(true);
  });

  test("that it wants, that it applied last, or that is among its members; else it does not", () => {
    const member = looked("other");
    expect([looked("moving").holds(), member.holds()]).toEqual([true, false]);
    member.memberKeys.push(KEY);
    expect(member.holds()).toBe(true);
    const applied = looked("other");
    applied.registry.get("shop/b")?.memory.lastGood.set(KEY, { object: oneObject("{apiVersion: v1, kind: ConfigMap, metadata: {name: moving}}"), valuesWithheld: false });
    expect(applied.holds()).toBe(true);
  });

  test("not when it is gone or being deleted", () => {
    const leaving = appCalled("b", {}, { deletionTimestamp: "2026-01-01T00:00:00Z" });
    expect([fleet(a).rivalsOf(a).holds("shop/b", KEY), fleet(a, leaving).rivalsOf(a).holds("shop/b", KEY)]).toEqual([false, false]);
  });
});
