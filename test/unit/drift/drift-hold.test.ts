import { describe, expect, test } from "vitest";
import { activeHold, driftHoldOf, holdMessage, holdOff, isOver } from "../../../drift/drift-hold.ts";
import type { Hold } from "../../../drift/drift-hold.ts";
import { DRIFT_HOLD_ANNOTATION } from "../../../src/api/group.ts";
import type { ManagedFieldsEntry, ObjectMeta } from "../../../src/object/kube-object.ts";

const SET = "2026-05-04T10:00:00Z";
const owns = { "f:metadata": { "f:annotations": { [`f:${DRIFT_HOLD_ANNOTATION}`]: {} } } };
const by = (manager: string, time: string | undefined = SET, rest: Partial<ManagedFieldsEntry> = {}): ManagedFieldsEntry => ({ manager, operation: "Update", ...(time === undefined ? {} : { time }), fieldsV1: owns, ...rest });
const meta = (value: string, ...managedFields: readonly ManagedFieldsEntry[]): ObjectMeta => ({ name: "web", annotations: { [DRIFT_HOLD_ANNOTATION]: value }, managedFields: managedFields.length === 0 ? [by("kubectl-annotate")] : managedFields });
const endOf = (metadata: ObjectMeta): string | undefined => {
  const request = driftHoldOf(metadata);
  return request?.kind === "Hold" ? `${new Date(request.until).toISOString().replace(".000", "")}${request.isCut ? " cut" : ""} ${request.by}` : request?.problem;
};

describe("a hold ends", () => {
  test.each([
    ["2h", "2026-05-04T12:00:00Z"],
    ["30m", "2026-05-04T10:30:00Z"],
    [" 1h30m ", "2026-05-04T11:30:00Z"],
    ["24h", "2026-05-05T10:00:00Z"],
    ["25h", "2026-05-05T10:00:00Z cut"],
    ["99999999999999999999999h", "2026-05-05T10:00:00Z cut"],
    ["2026-05-04T18:00:00Z", "2026-05-04T18:00:00Z"],
    ["2026-05-04T18:00Z", "2026-05-04T18:00:00Z"],
    ["2026-05-04 18:00:00+02:00", "2026-05-04T16:00:00Z"],
    ["2026-06-04T18:00:00Z", "2026-05-05T10:00:00Z cut"],
    ["2026-05-04T09:00:00Z", "2026-05-04T09:00:00Z"],
    ["0s", "2026-05-04T10:00:00Z"],
  ])("for %j at %s", (value, end) => expect(endOf(meta(value))).toBe(`${end} kubectl-annotate`));

  test("a while after the last write of the tool that set it, whoever else writes", () => {
    expect(endOf(meta("1h", by("kubectl-annotate"), by("controller", "2026-05-04T11:00:00Z", { fieldsV1: {} })))).toBe("2026-05-04T11:00:00Z kubectl-annotate");
    expect(endOf(meta("1h", by("old"), by("k9s", "2026-05-04T10:05:00Z")))).toBe("2026-05-04T11:05:00Z k9s");
  });
});

describe("no hold", () => {
  test.each([["", undefined], ["soon", undefined], ["2", undefined], ["-2h", undefined], ["2026-13-45T18:00:00Z", undefined], ["2026-05-04", undefined], ["2h; rm", undefined], ["<!channel>", undefined]])("is %j, and what may stand there is said", (value) => {
    expect(endOf(meta(value))).toMatch(/^write a duration such as 30m/);
  });

  test("stands in Git, or without a time, or anywhere else", () => {
    expect(endOf(meta("2h", by("driftless", SET, { operation: "Apply" })))).toMatch(/^it stands in Git/);
    expect(endOf({ ...meta("2h"), managedFields: [] })).toMatch(/^managedFields do not tell/);
    expect(endOf(meta("2h", { manager: "scale", operation: "Update", fieldsV1: owns }))).toMatch(/^managedFields do not tell/);
    expect([driftHoldOf({}), driftHoldOf({ annotations: {} }), driftHoldOf({ annotations: { "driftless.dev/prune": "disabled" } })]).toEqual([undefined, undefined, undefined]);
  });

  test("has a text that grows", () => {
    expect(driftHoldOf(meta("x".repeat(10_000)))).toMatchObject({ kind: "Mistake", value: `${"x".repeat(59)}…` });
  });
});

const hold = (until: string, extra: Partial<Hold> = {}): Hold => ({ kind: "Hold", value: "2h", until: Date.parse(until), isCut: false, by: "kubectl-annotate", ...extra });

test("of several the one that ends last counts, and none that is over", () => {
  const [short, long] = [hold("2026-05-04T11:00:00Z"), hold("2026-05-04T12:00:00Z")];
  const at = (time: string) => activeHold(new Date(time), undefined, long, short, { kind: "Mistake", value: "", problem: "" });
  expect([at("2026-05-04T10:30:00Z"), at("2026-05-04T11:30:00Z"), at("2026-05-04T12:00:00Z")]).toEqual([long, long, undefined]);
  expect([isOver(long, new Date("2026-05-04T11:59:59Z")), isOver(long, new Date("2026-05-04T12:00:00Z")), isOver(undefined, new Date())]).toEqual([false, true, false]);
});

test("only the annotation that was looked at is taken off", () => {
  const path = "/metadata/annotations/driftless.dev~1drift-hold";
  expect([holdOff(meta(" 2h")), holdOff({})]).toEqual([[{ op: "test", path, value: " 2h" }, { op: "remove", path }], []]);
});

test("a message says until when, by whom, and what was cut", () => {
  expect(holdMessage(hold("2026-05-04T12:05:00Z"), "Deployment shop/web", new Date(SET))).toBe("held until 12:05Z by kubectl-annotate: Deployment shop/web");
  expect(holdMessage(hold("2026-05-05T10:00:00Z", { isCut: true, value: "3000h" }), "everything", new Date(SET))).toBe("held until 2026-05-05 10:00Z by kubectl-annotate (3000h is cut to 24h): everything");
});
