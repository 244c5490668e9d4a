import { describe, expect, test } from "vitest";
import type { DependencyFacts } from "../../../../reconciler/dependencies.ts";
import type { Attempt } from "../../../../reconciler/reconcile-ports.ts";
import type { Application } from "../../../../src/api/application.ts";
import { Attempts } from "../../../../src/controllers/attempts.ts";
import type { AttemptsDeps } from "../../../../src/controllers/attempts.ts";
import { OPEN, revision } from "../../../support/outcome-cases.ts";
import { configMapMember, configMaps, observedWith, planWith, shopWith } from "../../../support/plan-cases.ts";

const artifact = { revision, digest: "sha1:x", commit: { oid: "a", author: "", message: "", committedAt: new Date(0) }, tree: { id: "x", entry: () => undefined, list: () => undefined, read: () => undefined } };
const attempt: Attempt = { plan: planWith(configMaps("a"), {}), newest: configMaps("a"), artifact };
const approval = { namespace: "shop", release: "shop-1", planDigest: "ab12", approved: true };

function attemptsOf(app: Application, { apps = [], crossNamespace = false }: { readonly apps?: readonly Application[]; readonly crossNamespace?: boolean } = {}) {
  const calls: unknown[] = [];
  const dependencies: DependencyFacts = { app: (namespace, name) => [app, ...apps].find(({ metadata }) => metadata.namespace === namespace && metadata.name === name), readyAt: () => undefined, crossNamespace };
  const releases: AttemptsDeps["releases"] = {
    approval: (...args) => {
      calls.push(args);
      return approval;
    },
    begin: async (begun) => {
      calls.push(begun);
      return undefined;
    },
    isUnanswered: () => false,
    hookLedger: () => ({ state: "Done", isNews: false, occasion: "Upgrade", run: undefined, records: [] }),
    noteHooks: async () => undefined,
    giveUpFailed: async () => undefined,
  };
  const attempts = new Attempts(app, () => observedWith({ members: [configMapMember("a"), configMapMember("b")] }).members, { releases, dependencies }, new AbortController().signal);
  return { attempts, calls };
}

const dependsOn = (name: string, namespace?: string): Application => shopWith({ dependsOn: [{ name, ...(namespace === undefined ? {} : { namespace }) }] });

describe("what the gate has to know", () => {
  const other: Application = { ...dependsOn("shop"), metadata: { name: "database", namespace: "shop", generation: 1 } };

  test.each<[string, Application, Parameters<typeof attemptsOf>[1], object]>([
    ["nothing is waited for where nothing is named", shopWith(), {}, { kind: "Open" }],
    ["an Application that does not exist is waited for", dependsOn("database"), {}, { kind: "Closed", reason: "DependencyNotReady", message: expect.stringContaining("shop/database") }],
    ["a circle never ends by itself", dependsOn("database"), { apps: [other] }, { kind: "Closed", reason: "DependencyCycle" }],
    ["another namespace is not allowed", dependsOn("database", "team"), {}, { kind: "Closed", reason: "DependencyRefused" }],
    ["another namespace is waited for where it is allowed", dependsOn("database", "team"), { crossNamespace: true }, { kind: "Closed", reason: "DependencyNotReady" }],
  ])("%s", (_name, app, world, expected) => {
    expect(attemptsOf(app, world).attempts.facts(attempt).dependencies).toMatchObject(expected);
  });

  test("are the policy of the spec, the number of members, and the approval where it is asked for", () => {
    const { attempts, calls } = attemptsOf(shopWith({ sync: { approval: "Manual" } }));
    const facts = attempts.facts(attempt);
    expect([facts.sync, facts.members, calls.length]).toEqual([{ approval: "Manual" }, 2, 0]);
    expect([facts.approval(), calls.length]).toEqual([approval, 1]);
  });
});

test("an attempt begins with its plan, its content and its gate", async () => {
  const { attempts, calls } = attemptsOf(shopWith());
  await attempts.begin(attempt, OPEN);
  expect(calls).toEqual([{ app: shopWith(), plan: attempt.plan, effective: attempt.newest, artifact, gate: OPEN }]);
});

test("what is wanted is known only where the source could be had", () => {
  const { attempts } = attemptsOf(shopWith());
  expect(attempts.wanted).toBeUndefined();
  attempts.want(attempt.newest, artifact);
  expect(attempts.wanted).toEqual({ effective: attempt.newest, artifact });
});
