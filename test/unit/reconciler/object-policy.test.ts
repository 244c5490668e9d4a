import { describe, expect, test } from "vitest";
import { DEFAULT_POLICY, livePolicyOf, policyOf } from "../../../reconciler/object-policy.ts";
import type { ObjectPolicy, ReadPolicy } from "../../../reconciler/object-policy.ts";
import { POLICY_ANNOTATIONS } from "../../../src/api/annotations.ts";
import { DRIFT_HOLD_ANNOTATION } from "../../../src/api/group.ts";

type Marks = Readonly<Record<string, string>>;

const read = (annotations: Marks, labels: Marks = {}): ReadPolicy => policyOf({ name: "web", annotations, labels });

/** What differs from the policy of an object that asks for nothing. */
const asked = (annotations: Marks, labels: Marks = {}): Partial<ObjectPolicy> =>
  Object.fromEntries(Object.entries(read(annotations, labels).policy).filter(([name, value]) => value !== DEFAULT_POLICY[name as keyof ObjectPolicy]));

const FLUX = "kustomize.toolkit.fluxcd.io";
const OPTIONS = "argocd.argoproj.io/sync-options";

describe("the policy of a desired object", () => {
  test("is the default where nothing is asked for", () => {
    expect([policyOf({ name: "web" }), asked({ "example.com/prune": "disabled" })]).toEqual([{ policy: DEFAULT_POLICY, problems: [], warnings: [] }, {}]);
  });

  test.each<[Marks, Partial<ObjectPolicy>]>([
    [{ "driftless.dev/wave": "-3" }, { wave: -3 }],
    [{ "driftless.dev/wave": " +10 " }, { wave: 10 }],
    [{ "driftless.dev/prune": "disabled" }, { prune: false }],
    [{ "driftless.dev/ssa": "IfNotPresent" }, { ssa: "IfNotPresent" }],
    [{ "driftless.dev/reconcile": "disabled" }, { reconcile: false }],
    [{ "driftless.dev/force": "enabled" }, { force: true }],
    [{ "driftless.dev/adopt": "Always" }, { adopt: "Always" }],
    [{ [`${FLUX}/prune`]: "disabled", [`${FLUX}/reconcile`]: "disabled", [`${FLUX}/force`]: "enabled", [`${FLUX}/ssa`]: "Merge" }, { prune: false, reconcile: false, force: true, ssa: "Merge" }],
    [{ "argocd.argoproj.io/sync-wave": "5" }, { wave: 5 }],
    [{ "helm.sh/resource-policy": " Keep " }, { prune: false }],
    [{ [OPTIONS]: "Prune=false" }, { prune: false }],
    [{ [OPTIONS]: "Delete=false" }, { prune: false }],
    [{ [OPTIONS]: "Prune=confirm" }, { prune: false }],
    [{ [OPTIONS]: "Replace=true , Force=true" }, { force: true }],
    [{ [OPTIONS]: "Prune=true,ServerSideApply=true" }, {}],
  ])("reads %o", (annotations, expected) => {
    expect(asked(annotations)).toEqual(expected);
  });

  test("is read from labels, too, and in any case, as Flux reads it", () => {
    expect(asked({}, { [`${FLUX}/prune`]: "Disabled" })).toEqual({ prune: false });
    expect(asked({ [`${FLUX}/ssa`]: "ifnotpresent" })).toEqual({ ssa: "IfNotPresent" });
  });

  test("follows our annotation where an alias says something else", () => {
    expect(asked({ "driftless.dev/prune": "enabled", [`${FLUX}/prune`]: "disabled", [OPTIONS]: "Prune=false", "helm.sh/resource-policy": "keep" })).toEqual({});
    expect(asked({ "driftless.dev/wave": "2", "argocd.argoproj.io/sync-wave": "5" })).toEqual({ wave: 2 });
    expect(asked({ "driftless.dev/force": "disabled", [OPTIONS]: "Force=true" })).toEqual({});
  });

  test.each<[Marks, string]>([
    [{ "driftless.dev/wave": "first" }, 'driftless.dev/wave: "first" is not one of its values: a whole number such as -1, 0 or 10'],
    [{ "driftless.dev/wave": "1.5" }, 'driftless.dev/wave: "1.5" is not one of its values: a whole number such as -1, 0 or 10'],
    [{ "driftless.dev/ssa": "Replace" }, 'driftless.dev/ssa: "Replace" is not one of its values: Override, Merge, IfNotPresent, Ignore'],
    [{ "driftless.dev/force": "true" }, 'driftless.dev/force: "true" is not one of its values: enabled, disabled'],
    [{ "driftless.dev/adopt": "" }, 'driftless.dev/adopt: "" is not one of its values: Never, IfUnowned, Always'],
  ])("tells what is wrong with %o", (annotations, problem) => {
    expect([asked(annotations), read(annotations).problems]).toEqual([{}, [problem]]);
  });

  test("keeps an object whose prune annotation means nothing", () => {
    expect([asked({ "driftless.dev/prune": "false" }), read({ "driftless.dev/prune": "false" }).problems.length]).toEqual([{ prune: false }, 1]);
  });

  test("ignores an alias that means nothing, as the tool that it is for does, and says so", () => {
    const { policy, problems, warnings } = read({ "argocd.argoproj.io/sync-wave": "first", [`${FLUX}/prune`]: "no" });
    expect([policy, problems]).toEqual([DEFAULT_POLICY, []]);
    expect(warnings).toEqual([
      'argocd.argoproj.io/sync-wave: "first" is ignored; its values are: a whole number such as -1, 0 or 10',
      'kustomize.toolkit.fluxcd.io/prune: "no" is ignored; its values are: enabled, disabled',
    ]);
  });

  test("warns of options of Argo CD whose author may count on an effect, and of no others", () => {
    const { warnings } = read({ [OPTIONS]: "Replace=true,ServerSideApply=false,Validate=false,Wonder=1,SkipDryRunOnMissingResource=true,PruneLast=true,," });
    expect(warnings.map((text) => /: (\S+) is ignored/.exec(text)?.[1])).toEqual(["Replace=true", "ServerSideApply=false", "Validate=false", "Wonder=1"]);
  });

  test("is not misled by names that every JavaScript object knows", () => {
    expect(policyOf({ name: "web", annotations: JSON.parse('{"__proto__": "x", "constructor": "y"}') as Record<string, string> }).policy).toEqual(DEFAULT_POLICY);
  });
});

describe("the policy of a live object", () => {
  test.each<[Marks, { prune: boolean; reconcile: boolean; wave: number }]>([
    [{}, { prune: true, reconcile: true, wave: 0 }],
    [{ "driftless.dev/prune": "disabled" }, { prune: false, reconcile: true, wave: 0 }],
    [{ [`${FLUX}/reconcile`]: "disabled" }, { prune: true, reconcile: false, wave: 0 }],
    [{ [`${FLUX}/ssa`]: "Ignore" }, { prune: true, reconcile: false, wave: 0 }],
    [{ [OPTIONS]: "Delete=false" }, { prune: false, reconcile: true, wave: 0 }],
    [{ "helm.sh/resource-policy": "keep" }, { prune: false, reconcile: true, wave: 0 }],
    [{ "driftless.dev/prune": "disbled" }, { prune: false, reconcile: true, wave: 0 }],
  ])("of %o", (annotations, expected) => {
    expect(livePolicyOf({ name: "web", annotations })).toEqual(expected);
  });

  test.each(POLICY_ANNOTATIONS.filter((key) => key !== DRIFT_HOLD_ANNOTATION))("is restricted by %s, which is therefore no drift", (key) => {
    const policies = ["disabled", "Ignore", "Prune=false", "keep"].map((value) => livePolicyOf({ name: "web", annotations: { [key]: value } }));
    expect(policies.some(({ prune, reconcile }) => !prune || !reconcile)).toBe(true);
  });
});
