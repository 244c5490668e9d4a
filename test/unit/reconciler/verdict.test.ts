import { describe, expect, test } from "vitest";
import { compileIgnore } from "../../../drift/ignore.ts";
import type { Treatment } from "../../../drift/modes.ts";
import { underRules } from "../../../reconciler/compose.ts";
import type { Effective, EffectiveObject } from "../../../reconciler/effective.ts";
import type { HealthChecks } from "../../../reconciler/health/checks.ts";
import { memberOf } from "../../../reconciler/member.ts";
import type { LookUp } from "../../../reconciler/observed.ts";
import type { PlanContext } from "../../../reconciler/plan-context.ts";
import { blockedBecause } from "../../../reconciler/verdict-parts.ts";
import { verdictFor } from "../../../reconciler/verdict.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { entryOf, fieldsOf, ownEntryOf } from "../../support/owned-object.ts";
import { baselinesOf, contextWith, goodOf, liveOf, observedWith, oneObject, planWith } from "../../support/plan-cases.ts";

const yaml = (x: string, annotations = "{}"): string => `{apiVersion: v1, kind: ConfigMap, metadata: {name: a, annotations: ${annotations}}, data: {x: "${x}", other: "1"}}`;
const [newest, older] = [oneObject(yaml("2")), oneObject(yaml("1"))];
const now = new Date(0);

/** Live as `object` was applied, then changed by a person. */
const edited = (object: EffectiveObject): KubeObject => {
  const { "f:data": _data, ...rest } = ownEntryOf(object.object).fieldsV1 ?? {};
  return liveOf(object, { data: { x: "hand", other: "1" } }, [{ ...ownEntryOf(object.object), fieldsV1: { ...rest, "f:data": { "f:other": {} } } }, entryOf("kubectl-edit", fieldsOf({ data: { x: "hand" } }), { apiVersion: "v1" })]);
};
/** Live as applied, with the ownership of one value taken by a tool. */
const taken = (object: EffectiveObject): KubeObject => {
  const { "f:data": _data, ...rest } = ownEntryOf(object.object).fieldsV1 ?? {};
  return liveOf(object, {}, [{ ...ownEntryOf(object.object), fieldsV1: { ...rest, "f:data": { "f:other": {} } } }, entryOf("tool", fieldsOf({ data: { x: "2" } }), { apiVersion: "v1", operation: "Apply" })]);
};

const lastGood = (object: EffectiveObject) => ({ lastGood: goodOf({ objects: [object] }) });
const baseline = (object: EffectiveObject, live: KubeObject) => {
  const { uid, ownHash, othersHash } = memberOf(live, now);
  return { baselines: new Map([[object.key, { uid, desiredDigest: object.digest, apiVersion: "v1", ownHash, othersHash }]]) };
};

/** The verdict in few words: the action with what it corrects and updates, or what is told. */
function told(object: EffectiveObject, live: KubeObject | undefined, context: Partial<PlanContext>, lookUp?: LookUp): string {
  const members = live === undefined || lookUp !== undefined ? [] : [memberOf(live, now)];
  const verdict = verdictFor(object, observedWith({ members, bodies: live === undefined ? [] : [live], ...(lookUp === undefined ? {} : { lookUps: { a: lookUp } }) }), contextWith(context));
  switch (verdict.kind) {
    case "Nothing": case "LeftAlone": return verdict.kind;
    case "Equal": return `Equal${verdict.proven === undefined ? " unproved" : ""}${verdict.reported.map(({ class: what, path = "" }) => `, tells ${what} ${path}`).join("")}`;
    case "Write": return `${verdict.entry.action}${verdict.entry.corrections.map(({ class: what, path = "" }) => `, undoes ${what} ${path}`).join("")}${verdict.entry.updates.map(({ path = "" }) => `, updates ${path}`).join("")}`;
    case "Blocked": return `Blocked ${verdict.blocked.kind}`;
    case "LetGo": return "LetGo";
  }
}

const treated = (treatment: Treatment): Partial<PlanContext> => ({ treatment: () => treatment });
const TREATMENTS: readonly Treatment[] = ["Revert", "Report", "Ignore"];
const inAll = (object: EffectiveObject, live: KubeObject | undefined, context: Partial<PlanContext>): string[] => TREATMENTS.map((treatment) => told(object, live, { ...context, ...treated(treatment) }));
const held = (object: EffectiveObject): EffectiveObject => ({ ...object, content: "LastGood" });

describe("a member, reverted, reported, ignored", () => {
  test.each<[string, EffectiveObject, KubeObject, Partial<PlanContext>, string[]]>([
    ["that is as it was applied needs nothing", newest, liveOf(newest), baseline(newest, liveOf(newest)), ["Nothing", "Nothing", "Nothing"]],
    ["that nobody knows and that is equal becomes the baseline", newest, liveOf(newest), {}, ["Equal", "Equal", "Equal"]],
    ["that the source changed is configured", newest, liveOf(older), { ...baseline(older, liveOf(older)) }, ["Configure, updates /data/x", "Configure, updates /data/x", "Configure, updates /data/x"]],
    ["that a person edited is corrected, told, or left", newest, edited(newest), { baselines: baselinesOf({ objects: [newest] }) }, ["Revert, undoes Modified /data/x", "Equal, tells Modified /data/x", "Equal"]],
    ["that a person edited while nobody looked is told apart by what was applied last", newest, edited(newest), lastGood(newest), ["Revert, undoes Modified /data/x", "Equal, tells Modified /data/x", "Equal"]],
    ["that a person edited while nobody looked, nothing being stored, is told apart by the revision", newest, edited(newest), { sameRevision: true }, ["Revert, undoes Modified /data/x", "Equal, tells Modified /data/x", "Equal"]],
    ["that may have been edited or changed by the source counts as changed by the source", newest, edited(newest), {}, ["Configure, undoes Modified /data/x", "Configure, undoes Modified /data/x", "Configure, undoes Modified /data/x"]],
    ["that a person edited and the source changed is brought to the source", newest, edited(older), lastGood(older), ["Configure, undoes Modified /data/x", "Configure, undoes Modified /data/x", "Configure, undoes Modified /data/x"]],
    ["of which another tool owns an equal value is taken back, and no drift", newest, taken(newest), lastGood(newest), ["Reassert", "Equal", "Equal"]],
    ["that was applied by a newer commit which is gone is brought back as a change of the source", older, liveOf(newest), lastGood(older), ["Configure, updates /data/x", "Configure, updates /data/x", "Configure, updates /data/x"]],
  ])("%s", (_name, object, live, context, expected) => {
    expect(inAll(object, live, context)).toEqual(expected);
  });

  test("whose annotation on the live object says so is left alone, be it watched or looked up", () => {
    const live = edited(newest);
    const off = { ...live, metadata: { ...live.metadata, annotations: { ...live.metadata.annotations, "driftless.dev/reconcile": "disabled" } } };
    expect([told(newest, off, {}), told(newest, off, {}, { kind: "Member", live: off })]).toEqual(["LeftAlone", "LeftAlone"]);
  });

  test("of which only the ownership goes back and forth is left for a while, but not what is edited meanwhile", () => {
    const paused = { ...lastGood(newest), isPaused: () => true };
    expect(told(newest, taken(newest), paused)).toBe("Equal unproved");
    expect(told(newest, edited(newest), paused)).toMatch(/^Revert, undoes Modified/);
  });

  test("is as healthy as the Application's own checks say", () => {
    const checks: HealthChecks = { kinds: new Map(), healthOf: () => ({ status: "Failed", message: "by its check" }) };
    for (const treatment of TREATMENTS) {
      const verdict = verdictFor(newest, observedWith({ members: [memberOf(liveOf(newest), now)], bodies: [liveOf(newest)] }), contextWith({ checks, ...treated(treatment) }));
      expect(verdict).toMatchObject({ kind: "Equal", proven: { member: { health: { status: "Failed", message: "by its check" } } } });
    }
  });

  test("whose body could not be read is not taken for gone, whatever is known of it", () => {
    for (const context of [{}, lastGood(newest), { sameRevision: true }]) {
      const verdict = verdictFor(newest, observedWith({ members: [memberOf(edited(newest), now)], unread: { a: "no answer" } }), contextWith(context));
      expect(verdict).toMatchObject({ kind: "Blocked", blocked: { kind: "Failed", reason: "app.yaml:1: ConfigMap shop/a: no answer" } });
    }
  });

  test("that is being deleted is waited for, with what holds it", () => {
    const live = liveOf(newest);
    const leaving = { ...live, metadata: { ...live.metadata, deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: ["example.com/hold"] } };
    const verdict = verdictFor(newest, observedWith({ members: [memberOf(leaving, now)] }), contextWith());
    expect(verdict).toMatchObject({ kind: "Blocked", blocked: { kind: "Waiting", leaving: true, reason: expect.stringContaining("is being deleted, held by example.com/hold; it is created again when it is gone") } });
  });
});

describe("an object without a member, reverted, reported, ignored", () => {
  test.each<[string, EffectiveObject, Partial<PlanContext>, string[]]>([
    ["is created where it never was", newest, {}, ["Create", "Create", "Create"]],
    ["was deleted by somebody", newest, lastGood(newest), ["Revert, undoes Missing ", "Equal unproved, tells Missing ", "Equal unproved"]],
    ["was deleted by somebody, at the revision that was applied", newest, { sameRevision: true }, ["Revert, undoes Missing ", "Equal unproved, tells Missing ", "Equal unproved"]],
    ["was deleted by somebody, and the source wants another content since", newest, lastGood(older), ["Create, undoes Missing ", "Create", "Create"]],
  ])("%s", (_name, object, context, expected) => {
    expect(inAll(object, undefined, context)).toEqual(expected);
  });

  const live = edited(newest);
  test.each<[string, LookUp, Partial<PlanContext>, string]>([
    ["a member that no watch shows is compared", { kind: "Member", live }, lastGood(newest), "Revert, undoes Modified /data/x"],
    ["one that lost its label is compared", { kind: "LabelLost", live }, lastGood(newest), "Revert, undoes Modified /data/x"],
    ["one that lost every mark, and that we remember, is compared", { kind: "Unowned", live }, { baselines: baselinesOf({ objects: [newest] }) }, "Revert, undoes Modified /data/x"],
    ["one that lost every mark, and that we do not remember, is adopted", { kind: "Unowned", live }, {}, "Adopt"],
    ["one that is on its way out is waited for", { kind: "Terminating" }, {}, "Blocked Waiting"],
    ["somebody else's is refused", { kind: "Foreign", live, owner: "Flux", application: undefined }, {}, "Blocked Failed"],
    ["another Application's is waited for", { kind: "Foreign", live, owner: "Application team/b", application: "team/b" }, {}, "Blocked Waiting"],
    ["a dead Application's is adopted", { kind: "Foreign", live, owner: "Application team/b", application: "team/b" }, { isAlive: () => false }, "Adopt"],
  ])("%s", (_name, lookUp, context, expected) => {
    expect(told(newest, live, context, lookUp)).toBe(expected);
  });
});

describe("while only last good content may be applied", () => {
  test.each<[string, KubeObject | undefined, Partial<PlanContext>, string]>([
    ["an edit is undone", edited(older), lastGood(older), "Revert, undoes Modified /data/x"],
    ["a deleted object comes back", undefined, lastGood(older), "Revert, undoes Missing "],
    ["a lost ownership is taken back", taken(newest), lastGood(newest), "Reassert"],
    ["content that is newer than the stored one stays", liveOf(newest), lastGood(older), "Equal unproved"],
    ["an edit beside newer content stays: undoing it would bring the older content", { ...edited(newest), data: { x: "hand", other: "2" } }, lastGood(older), "Equal unproved"],
    ["other content than was applied is not written", liveOf(newest), baseline(newest, liveOf(newest)), "Nothing"],
  ])("%s", (_name, live, context, expected) => {
    const good = [...(context.lastGood?.values() ?? [])][0]?.object ?? held(older);
    expect(told(good, live, context)).toBe(expected);
  });

  test.each<[string, LookUp]>([
    ["adopted", { kind: "Unowned", live: liveOf(older) }],
    ["claimed", { kind: "Foreign", live: liveOf(older), owner: "Application team/b", application: "team/b" }],
    ["waited for", { kind: "Terminating" }],
  ])("nothing is %s", (_name, lookUp) => {
    expect(["Nothing", "Equal unproved"]).toContain(told(held(older), undefined, lastGood(older), lookUp));
  });

  describe("and a rule leaves a field of it to others since", () => {
    const ruled = underRules(held(older), compileIgnore([{ paths: ["/data/other"] }]).rules);
    const known = { ...baseline(older, liveOf(older)), ...lastGood(older) };

    test.each<[string, KubeObject | undefined, Partial<PlanContext>, string]>([
      ["what is as it was applied needs nothing", liveOf(older), known, "Nothing"],
      ["an edit of another field is undone", edited(older), known, "Revert, undoes Modified /data/x"],
      ["an edit of another field is undone after a restart", edited(older), lastGood(older), "Revert, undoes Modified /data/x"],
      ["what somebody added is taken away", liveOf(older, { data: { x: "1", other: "1", more: "1" } }, [ownEntryOf(older.object), entryOf("kubectl-edit", fieldsOf({ data: { more: "1" } }), { apiVersion: "v1" })]), known, "Revert, undoes Extra /data/more"],
      ["what was deleted comes back", undefined, known, "Revert, undoes Missing "],
    ])("%s", (_name, live, context, expected) => {
      expect(told(ruled, live, context)).toBe(expected);
    });

    test("a Job that has removed itself is not run again", () => {
      const job = oneObject("{apiVersion: batch/v1, kind: Job, metadata: {name: j}, spec: {ttlSecondsAfterFinished: 1, backoffLimit: 2}}");
      const ignoring = compileIgnore([{ paths: ["/spec/backoffLimit"] }]).rules;
      expect(told(underRules(held(job), ignoring), undefined, { baselines: baselinesOf({ objects: [job] }), ...lastGood(job) })).toBe("Nothing");
    });
  });

  test("what cannot be read is told, unless it is held up anyway", () => {
    const blockedOf = (blocked: Effective["blocked"]): unknown => planWith({ objects: [held(older)], blocked, desired: new Set([older.key]), keepStale: "", warnings: [] }, { unread: { a: "no answer" } }, lastGood(older)).blocked;
    const refused = blockedBecause(older, "Failed", "refused");
    expect([blockedOf([]), blockedOf([refused])]).toMatchObject([[{ kind: "Failed", reason: "app.yaml:1: ConfigMap shop/a: no answer" }], [refused]]);
  });

  test("what is reported or ignored is not undone either", () => {
    expect(inAll(held(older), edited(older), lastGood(older))).toEqual(["Revert, undoes Modified /data/x", "Equal, tells Modified /data/x", "Equal"]);
  });
});

test.each(["{driftless.dev/reconcile: disabled}", "{driftless.dev/ssa: Ignore}"])("an object with %s is neither written nor compared, wherever it is found", (annotations) => {
  const object = oneObject(yaml("1", annotations));
  const live = edited(object);
  expect([told(object, live, {}), told(object, undefined, {}), told(object, live, {}, { kind: "Foreign", live, owner: "x", application: undefined })]).toEqual(["LeftAlone", "LeftAlone", "LeftAlone"]);
});

test("a Secret whose values are not stored is judged by the revision, never by the digest of what is stored", () => {
  const secret = oneObject("{apiVersion: v1, kind: Secret, metadata: {name: s}, stringData: {x: canary-value-1}}");
  const withheld = { lastGood: goodOf({ objects: [{ ...secret, digest: "of nothing" }] }, { valuesWithheld: true }) };
  const absent = (context: Partial<PlanContext>): string => told(secret, undefined, { ...withheld, ...context });
  expect([absent({ sameRevision: true }), absent({})]).toEqual(["Revert, undoes Missing ", "Create, undoes Missing "]);
});
