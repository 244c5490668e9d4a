import { describe, expect, test } from "vitest";
import { memberOf } from "../../../reconciler/member.ts";
import type { LiveMember, LookUp } from "../../../reconciler/observed.ts";
import type { PlanContext } from "../../../reconciler/plan-context.ts";
import { verdictFor } from "../../../reconciler/verdict.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { entryOf, fieldsOf, ownEntryOf } from "../../support/owned-object.ts";
import { configMapMember, contextWith, liveOf, observedWith, oneObject } from "../../support/plan-cases.ts";

const object = (ssa: string) => oneObject(`{apiVersion: v1, kind: ConfigMap, metadata: {name: a, annotations: {driftless.dev/ssa: ${ssa}}}, data: {x: "1"}}`);
const [merge, once] = [object("Merge"), object("IfNotPresent")];
const settled = (digest: string): Partial<PlanContext> => ({ settled: new Map([[merge.key, digest]]) });

/** Another tool's object into which ours is merged: with a key of its own, and `x` as given. */
const shared = (x?: string): KubeObject => liveOf(merge, { data: { ...(x === undefined ? {} : { x }), theirs: "1" } }, [entryOf("flux", fieldsOf({ data: { x: "", theirs: "1" } }), { apiVersion: "v1" })]);
const unowned = (live: KubeObject): LookUp => ({ kind: "Unowned", live });

function verdict(of: typeof merge, { member, lookUp, body, context = {} }: { member?: LiveMember; lookUp?: LookUp; body?: KubeObject; context?: Partial<PlanContext> }) {
  const observed = observedWith({ members: member === undefined ? [] : [member], bodies: body === undefined ? [] : [body], ...(lookUp === undefined ? {} : { lookUps: { a: lookUp } }) });
  return verdictFor(of, observed, contextWith(context));
}

test("shared objects carry no marks of ours", () => {
  for (const { object: { metadata } } of [merge, once]) expect([metadata.labels, Object.keys(metadata.annotations ?? {})]).toEqual([undefined, ["driftless.dev/ssa"]]);
});

describe("an object that many share", () => {
  test.each<[string, typeof merge, Parameters<typeof verdict>[1], object]>([
    ["is created where it is not", merge, { lookUp: { kind: "Absent" } }, { kind: "Write", entry: { action: "Create" } }],
    ["is created once where it is not", once, { lookUp: { kind: "Absent" } }, { kind: "Write", entry: { action: "Create" } }],
    ["is left as it is where it is and was only to be created", once, { lookUp: unowned(shared("2")) }, { kind: "Equal", reported: [] }],
    ["belongs to nobody, whoever else claims it", once, { lookUp: { kind: "Foreign", live: shared("2"), owner: "Flux", application: undefined } }, { kind: "Equal" }],
    ["is left as it is where our fields have our values", merge, { lookUp: unowned(shared("1")), body: shared("1") }, { kind: "Equal", reported: [] }],
    ["gets our fields where they are missing", merge, { lookUp: unowned(shared()), body: shared() }, { kind: "Write", entry: { action: "Configure", corrections: [], updates: [{ path: "/data/x" }] } }],
    ["gets our values where they are others", merge, { lookUp: unowned(shared("2")), body: shared("2") }, { kind: "Write", entry: { action: "Configure", corrections: [], updates: [{ path: "/data/x" }] } }],
    ["is corrected where it had our values before", merge, { lookUp: unowned(shared("2")), body: shared("2"), context: settled(merge.digest) }, { kind: "Write", entry: { action: "Revert", corrections: [{ path: "/data/x" }] } }],
    ["is configured where the source has changed", merge, { lookUp: unowned(shared("2")), body: shared("2"), context: settled("older") }, { kind: "Write", entry: { action: "Configure" } }],
    ["is only told where drift is reported", merge, { lookUp: unowned(shared("2")), body: shared("2"), context: { ...settled(merge.digest), treatment: () => "Report" } }, { kind: "Equal", reported: [{ path: "/data/x" }] }],
    ["is left where drift is ignored", merge, { lookUp: unowned(shared("2")), body: shared("2"), context: { ...settled(merge.digest), treatment: () => "Ignore" } }, { kind: "Equal", reported: [] }],
    ["is corrected after a restart, where all of this content was applied before", merge, { lookUp: unowned(shared("2")), body: shared("2"), context: { sameRevision: true } }, { kind: "Write", entry: { action: "Revert", corrections: [{ path: "/data/x" }] } }],
    ["is configured after a restart where the source has changed since", merge, { lookUp: unowned(shared("2")), body: shared("2"), context: { ...settled("older"), sameRevision: true } }, { kind: "Write", entry: { action: "Configure" } }],
    ["is put back where it was before", merge, { lookUp: { kind: "Absent" }, context: settled(merge.digest) }, { kind: "Write", entry: { action: "Revert", corrections: [{ class: "Missing" }] } }],
    ["is put back after a restart, where all of this content was applied before", once, { lookUp: { kind: "Absent" }, context: { sameRevision: true } }, { kind: "Write", entry: { action: "Revert", corrections: [{ class: "Missing" }] } }],
    ["is told to be missing where drift is reported", merge, { lookUp: { kind: "Absent" }, context: { ...settled(merge.digest), treatment: () => "Report" } }, { kind: "Equal", reported: [{ class: "Missing" }] }],
    ["is left missing where drift is ignored", merge, { lookUp: { kind: "Absent" }, context: { ...settled(merge.digest), treatment: () => "Ignore" } }, { kind: "Equal", reported: [] }],
    ["is not looked at again once it is as desired", merge, { context: settled(merge.digest) }, { kind: "Nothing" }],
    ["is waited for while it goes", merge, { lookUp: { kind: "Terminating" } }, { kind: "Blocked", blocked: { kind: "Waiting", leaving: true } }],
  ])("%s", (_name, of, live, expected) => {
    expect(verdict(of, live)).toMatchObject(expected);
  });

  test("loses what Git drops of it, unless others have it, too", () => {
    const more = { ...merge.object, data: { x: "1", dropped: "1" } };
    const live = liveOf(merge, { data: { ...more.data, theirs: "1" } }, [ownEntryOf(more), entryOf("flux", fieldsOf({ data: { theirs: "1" } }), { apiVersion: "v1" })]);
    expect(verdict(merge, { lookUp: unowned(live), body: live, context: settled("older") })).toMatchObject({ kind: "Write", entry: { action: "Configure", corrections: [], updates: [], body: merge.object } });
    expect(verdict(merge, { lookUp: unowned(live), body: live, context: settled(merge.digest) })).toMatchObject({ kind: "Write", entry: { action: "Reassert", corrections: [] } });
  });

  test("never loses what others added to it", () => {
    const people = liveOf(merge, { data: { x: "1", theirs: "1" } }, [entryOf("kubectl-edit", fieldsOf({ data: { x: "1", theirs: "1" } }), { apiVersion: "v1" })]);
    expect(verdict(merge, { lookUp: unowned(people), body: people })).toMatchObject({ kind: "Equal", reported: [] });
  });
});

describe("a member that is shared from now on", () => {
  test("is made nobody's, whoever owns our marks besides, and written where its fields are merged", () => {
    const live = liveOf(oneObject('{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: "1"}}'));
    const takeover = [{ op: "test", path: "/metadata/uid" }, { op: "test" }, { op: "test" }, { op: "remove", path: "/metadata/labels/applyset.kubernetes.io~1part-of" }, { op: "remove", path: "/metadata/annotations/driftless.dev~1origin" }];
    expect(verdict(merge, { member: configMapMember("a"), body: live })).toMatchObject({ kind: "Write", entry: { action: "Configure", uid: "uid-a", takeover, managedBefore: live.metadata.managedFields } });
  });

  test("is created where it has gone meanwhile", () => {
    expect(verdict(merge, { member: configMapMember("a") })).toMatchObject({ kind: "Write", entry: { action: "Create", uid: undefined } });
  });

  test("is let go of where it is nobody's business any more", () => {
    expect(verdict(once, { member: configMapMember("a") })).toMatchObject({ kind: "LetGo", transfer: { to: undefined } });
  });

  test("is waited for while it goes", () => {
    expect(verdict(once, { member: { ...memberOf(shared("1"), new Date(0)), terminating: true } })).toMatchObject({ kind: "Blocked", blocked: { kind: "Waiting" } });
  });
});
