import { describe, expect, test } from "vitest";
import type { Attempted } from "../../../../reconciler/outcome.ts";
import type { Plan } from "../../../../reconciler/change.ts";
import type { Artifact } from "../../../../sources/source.ts";
import type { Application, ApplicationSpec } from "../../../../src/api/application.ts";
import { AppRegistry } from "../../../../src/controllers/app-registry.ts";
import { Artifacts } from "../../../../src/controllers/artifacts.ts";
import { lookedAt, noteLook, Rivals } from "../../../../src/controllers/rivals.ts";
import type { ObjectKey } from "../../../../src/object/object-id.ts";
import { attemptedWith } from "../../../support/outcome-cases.ts";
import { configMaps, planWith } from "../../../support/plan-cases.ts";

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

/** The Applications over one repository. */
function fleet(...apps: readonly Application[]) {
  const artifacts = new Artifacts();
  const registry = new AppRegistry("cafe");
  const woken: string[] = [];
  const store = { get: () => undefined, note: () => undefined, values: () => apps.values() };
  for (const app of apps) registry.open(app);
  const arrive = (revision: string): void => artifacts.put({ namespace: "shop", name: "repo" }, { revision } as unknown as Artifact); // nothing else of it is looked at
  const look = (app: Application, plan: Plan, outcome: Attempted = attemptedWith()): void =>
    noteLook(registry.open(app).state, { outcome, plan, changes: [] }, lookedAt(app, artifacts), (name) => woken.push(name));
  return { arrive, woken, look, rivalOf: (app: Application) => new Rivals(app, registry, { applications: store, artifacts }).of(KEY) };
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
    look(b, claiming, attemptedWith({ failures: claiming.claims.map(({ object: { id, key } }) => ({ id, key, where: undefined, message: "may not", verb: "apply", outcome: "Refused" })) }));
    expect(rivalOf(a)).toBeUndefined();
  });

  test("is told of a claim that was given up", () => {
    const { arrive, woken, look } = fleet(a, b);
    arrive("r1");
    look(b, claiming);
    look(b, nothing);
    expect(woken).toEqual(["shop/a"]);
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
