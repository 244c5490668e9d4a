import { describe, expect, it } from "vitest";
import type { NotifierRoute, Severity } from "../../../../../src/api/notifier.ts";
import type { Observation } from "../../../../../src/notify/observation.ts";
import { compileRoutes } from "../../../../../src/notify/routing/routes.ts";

const SCOPE = { namespace: "shop", operatorNamespace: "driftless-system" };

const drift: Observation = {
  subject: { kind: "Application", namespace: "shop", name: "web" },
  class: "Drift", state: "Active", severity: "Warning", story: "1", reason: "DriftDetected", since: "2026-01-01T00:00:00Z",
  group: undefined, source: "shop/shop", security: false,
  facts: { summary: "1 difference", labels: { team: "cart" }, findings: [{ object: "apps/Deployment/shop/web", class: "Modified", actor: "Person", detectedAt: "2026-01-01T00:00:00Z" }] },
};

const fits = async (routes: readonly NotifierRoute[] | undefined, observation: Observation, scope = SCOPE): Promise<boolean> => {
  const compiled = await compileRoutes(routes === undefined ? {} : { routes }, scope);
  expect(compiled.problems).toEqual([]);
  return compiled.routes.fits(observation);
};

describe("routes of a Notifier", () => {
  it.each<[string, readonly NotifierRoute[] | undefined, boolean]>([
    ["no routes: the own namespace", undefined, true],
    ["another application", [{ applications: ["cart*"] }], false],
    ["one of two", [{ applications: ["cart"] }, { applications: ["w*"] }], true],
    ["another class", [{ classes: ["Health"] }], false],
    ["not severe enough", [{ minSeverity: "Critical" }], false],
    ["severe enough", [{ minSeverity: "Warning" }], true],
    ["another actor", [{ actors: ["Autoscaler"] }], false],
    ["the actor", [{ actors: ["Person"] }], true],
    ["an expression that holds", [{ when: "episode.labels.team == 'cart' && 'Person' in episode.actors" }], true],
    ["an expression that does not", [{ when: "episode.severity == 'Critical'" }], false],
    ["an expression that fails over it loses no message", [{ when: "episode.labels.nothing == 'x'" }], true],
  ])("%s", async (_name, routes, expected) => {
    expect(await fits(routes, drift)).toBe(expected);
  });

  it.each<[string, NotifierRoute, Severity, boolean]>([
    ["a success is no warning", { minSeverity: "Warning" }, "Info", false],
    ["what decides what somebody may do is critical", { minSeverity: "Critical" }, "Critical", true],
    ["by whom it was made that was corrected", { actors: ["Person"] }, "Info", true],
    ["by nobody who is asked for", { actors: ["Controller"] }, "Info", false],
    ["an expression over the severity of the news", { when: "episode.severity == 'Critical'" }, "Warning", false],
    ["another application", { applications: ["cart"] }, "Critical", false],
  ])("of what was corrected already: %s", async (_name, route, severity, expected) => {
    const { facts: { findings = [], ...facts }, ...quiet } = drift;
    const { routes } = await compileRoutes({ routes: [route] }, SCOPE);
    expect(routes.reaches({ ...quiet, state: "Quiet", severity: "Warning", facts, corrected: { total: 1, newest: findings } }, severity)).toBe(expected);
  });

  it("tells of other namespaces only in the operator's own", async () => {
    const { problems } = await compileRoutes({ routes: [{ namespaces: ["*"] }] }, SCOPE);
    expect(problems).toEqual(['spec.routes[0].namespaces: "*" is not the Notifier\'s own namespace; only a Notifier in driftless-system may tell of others']);
    expect(await fits([{ namespaces: ["*"] }], drift, { namespace: "driftless-system", operatorNamespace: "driftless-system" })).toBe(true);
    expect(await fits(undefined, drift, { namespace: "driftless-system", operatorNamespace: "driftless-system" })).toBe(false);
  });

  it("lets what is quiet through whatever its severity, so that what was opened is closed", async () => {
    const quiet: Observation = { ...drift, state: "Quiet", severity: "Info", facts: { summary: "live state is what the source wants" } };
    expect(await fits([{ minSeverity: "Critical", actors: ["Person"] }], quiet)).toBe(true);
    expect(await fits([{ classes: ["Health"] }], quiet)).toBe(false);
  });

  it("tells an expression that cannot be read, and leaves its route out", async () => {
    const { problems, routes } = await compileRoutes({ routes: [{ when: "episode.severity ==" }] }, SCOPE);
    expect(problems).toEqual([expect.stringMatching(/^spec\.routes\[0\]\.when: /)]);
    expect(routes.fits(drift)).toBe(false);
  });
});
