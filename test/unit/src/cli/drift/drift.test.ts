import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asDiff } from "../../../../../src/cli/drift/as-diff.ts";
import { asJson, changeAsJson } from "../../../../../src/cli/drift/as-json.ts";
import { asTable } from "../../../../../src/cli/drift/as-table.ts";
import { changesBetween } from "../../../../../src/cli/drift/changes.ts";
import { changeText, doneText, fieldText, whoText } from "../../../../../src/cli/drift/finding-text.ts";
import type { ToldDrift } from "../../../../../src/cli/drift/reports.ts";
import { paletteFor } from "../../../../../src/cli/terminal.ts";
import type { DriftFinding, DriftReportStatus } from "../../../../../src/api/drift-report.ts";

const NOW = new Date("2026-05-04T10:30:00Z");
const plain = paletteFor({ write: () => undefined }, {});
const options = { reverted: true, palette: plain, now: NOW };
const finding = (more: Partial<DriftFinding> = {}): DriftFinding => ({ object: "apps/Deployment/shop/web", class: "Modified", path: "/spec/replicas", desired: "3", live: "7", manager: "kubectl-edit", operation: "Update", actor: "Person", confidence: "Likely", detectedAt: "2026-05-04T10:29:56Z", ...more });
const told = (status: DriftReportStatus): ToldDrift => ({ namespace: "shop", name: "shop", status });

describe("one finding tells", () => {
  test.each<[Partial<DriftFinding>, string]>([
    [{}, "kubectl edit, likely a person"],
    [{ user: "ann@example.com", confidence: "Certain" }, "ann@example.com (kubectl edit)"],
    [{ user: "ann@example.com", confidence: "Likely" }, "ann@example.com (kubectl edit), likely"],
    [{ manager: "kube-controller-manager", actor: "Autoscaler", operation: "Update/scale" }, "kube-controller-manager scale, likely an autoscaler"],
    [{ manager: "argo", actor: "Controller", confidence: "Guess" }, "argo, perhaps a controller"],
  ])("who it was: %j", (more, expected) => expect(whoText(finding(more))).toBe(expected));

  test("that nobody knows who deleted something", () => {
    expect(whoText({ object: "/Service/shop/web", class: "Missing", detectedAt: "2026-05-04T10:29:56Z", actor: "Unknown", confidence: "Guess" })).toBe("nobody knows");
  });

  test.each<[Partial<DriftFinding>, Pick<DriftReportStatus, "holds" | "fights">, string]>([
    [{ revertedAt: "2026-05-04T10:29:58Z" }, {}, "reverted 2s ago"],
    [{ action: "Revert" }, {}, "being reverted"],
    [{ action: "RevertAfter", revertAt: "2026-05-04T10:42:00Z" }, {}, "reverts in 12m"],
    [{ action: "Report" }, {}, "left"],
    [{ revertAt: "2026-05-04T12:00:00Z" }, { holds: [{ object: "apps/Deployment/shop/web", by: "ann", until: "2026-05-04T12:00:00Z" }] }, "held, 1h30m left, by ann"],
    [{}, { holds: [{ object: "apps/Deployment/shop/other", until: "2026-05-04T12:00:00Z" }] }, "left"],
    [{}, { holds: [{ until: "2026-05-05T14:00:00Z" }] }, "held, 27h30m left"],
    [{}, { fights: [{ object: "apps/Deployment/shop/web", managers: [], fields: [], state: "BackingOff", until: "2026-05-04T10:33:00Z", rounds: 1 }] }, "somebody keeps changing it, next try in 3m"],
    [{}, { fights: [{ object: "apps/Deployment/shop/web", managers: [], fields: [], state: "Stopped", rounds: 9 }] }, "stopped: somebody keeps changing it"],
  ])("what is done about it: %j %j", (more, parts, expected) => expect(doneText(finding(more), parts, NOW)).toBe(expected));

  test.each<[Readonly<Record<string, string | undefined>>, string]>([
    [{}, "3 → 7"],
    [{ class: "Missing", path: undefined }, "deleted"],
    [{ class: "Extra", desired: undefined, live: '{"a":1}' }, '(nothing) → {"a":1}'],
    [{ desired: '"registry.example.com/shop/web:1.5.0"', live: '"registry.example.com/shop/web:hotfix"' }, '…1.5.0" → …hotfix"'],
    [{ desired: '"registry.example.com/shop/web:1.5.0"', live: '"registry.example.com/shop/web:1.5.0-rc"' }, '…0" → …0-rc"'],
    [{ desired: `"${"x".repeat(80)}"`, live: '"y"' }, `"${"x".repeat(38)}… → "y"`],
  ])("what changed: %j", (more, expected) => expect(changeText({ ...finding(), ...more }, 40)).toBe(expected));

  test("the end of a long path", () => {
    expect(fieldText(finding({ path: "/spec/template/spec/containers[name=web]/image" }), 24)).toBe("…ntainers[name=web]/image".slice(-24).replace(/^./, "…"));
  });
});

describe("driftless drift prints", () => {
  const status: DriftReportStatus = {
    observedAt: "2026-05-04T10:29:58Z", total: 1, revertedTotal: 4, foundTotal: 9,
    findings: [finding({ security: true, action: "Report" })],
    reverted: [{ object: "/Service/shop/web", class: "Missing", detectedAt: "2026-05-04T10:29:56Z", revertedAt: "2026-05-04T10:29:57Z" }],
    byActor: [{ actor: "Person", name: "kubectl-edit", count: 6, lastAt: "2026-05-04T10:29:56Z" }],
    byField: [{ kind: "apps/Deployment", path: "/spec/replicas", count: 5, lastAt: "2026-05-04T10:29:56Z" }, { kind: "/Service", count: 4, lastAt: "2026-05-04T10:29:56Z" }],
    coverage: { observedAt: "2026-05-04T10:00:00Z", managed: 14, unmanaged: 1, objects: ["/ConfigMap/shop/mine"], unread: ["Secret: may not"] },
  };

  test("a table", () => {
    expect(asTable([told(status)], options)).toBe(`shop/shop: 1 difference now, 4 reverted so far, as of 2s ago
OBJECT                 FIELD           DESIRED → LIVE  WHO                            WHEN    DONE
! Deployment shop/web  /spec/replicas  3 → 7           kubectl edit, likely a person  4s ago  left
Service shop/web       (the object)    deleted         nobody knows                   4s ago  reverted 3s ago
• ! decides what somebody may do, or what runs
• most by: kubectl-edit 6×, others 3×
• most in: apps/Deployment /spec/replicas 5×, Service deleted 4×
• coverage: 14 objects managed, 1 not: ConfigMap shop/mine
• not counted: Secret: may not
`);
  });

  test("a diff, live against source", () => {
    expect(asDiff([told(status)], options)).toBe(`--- Deployment shop/web (live)
+++ Deployment shop/web (source)
@@ /spec/replicas @@ kubectl edit, likely a person, 4s ago; left
-7
+3
--- Service shop/web (live)
+++ Service shop/web (source)
@@ (the object) @@ nobody knows, 4s ago; reverted 3s ago
+(the whole object)
`);
  });

  test("JSON that is the same for the same reports, with history only where it is asked for", () => {
    const parsed = JSON.parse(asJson([told(status)], { reverted: false })) as { items: { status: DriftReportStatus }[] };
    const { reverted: _history, ...rest } = status;
    expect(parsed).toEqual({ apiVersion: "driftless.dev/v1alpha1", kind: "DriftList", items: [{ application: { namespace: "shop", name: "shop" }, status: rest }] });
    expect((JSON.parse(asJson([told(status)], { reverted: true })) as typeof parsed).items[0]?.status).toEqual(status);
  });

  test("a word where there is nothing", () => expect([asTable([], options), asDiff([], options)]).toEqual(["No drift so far.\n", ""]));

  test("nothing that steers a terminal, whatever a cluster holds", () => {
    const wild = fc.string({ unit: "binary", maxLength: 30 }).map((text) => `${text}\u001B[31m\u009B1m\u202E\r\u0007`);
    const some = fc.record({ object: fc.oneof(wild, wild.map((text) => `apps/Deployment/shop/${text.replaceAll("/", "")}x`)), path: wild, desired: wild, live: wild, manager: wild, operation: wild, user: wild, userAgent: wild }, { requiredKeys: ["object"] });
    fc.assert(
      fc.property(fc.array(some, { maxLength: 4 }), wild, (findings, name) => {
        const all = findings.map((one): DriftFinding => ({ class: "Modified", detectedAt: "2026-05-04T10:29:56Z", ...one }));
        const report = told({ total: all.length, findings: all, holds: [{ by: name, until: "2026-05-04T12:00:00Z" }], byActor: [{ actor: "Person", name, count: 1, lastAt: "2026-05-04T10:29:56Z" }], byField: [{ kind: name, path: name, count: 1, lastAt: "2026-05-04T10:29:56Z" }], coverage: { observedAt: "2026-05-04T10:29:56Z", managed: 0, unmanaged: 1, objects: [name], unread: [name] } });
        const texts = [asTable([report], options), asDiff([report], options), asJson([report], options), ...changesBetween(undefined, report).map(changeAsJson)];
        for (const text of texts) expect(text).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u);
        expect((JSON.parse(asJson([report], options)) as { items: unknown[] }).items[0]).toEqual(JSON.parse(JSON.stringify({ application: { namespace: "shop", name: "shop" }, status: report.status })));
      }),
      { numRuns: 25 },
    );
  });
});

const types = (before: DriftReportStatus | undefined, after: DriftReportStatus): string[] => changesBetween(before === undefined ? undefined : told(before), told(after)).map(({ type, finding: { path = "", user = "" } }) => `${type} ${path} ${user}`.trim());

describe("--watch tells", () => {
  const a = finding({ path: "/a" });
  const b = finding({ path: "/b" });
  const undone = { ...a, revertedAt: "2026-05-04T10:29:58Z" };

  test.each<[string, DriftReportStatus | undefined, DriftReportStatus, string[]]>([
    ["what is new", { findings: [a] }, { findings: [a, b] }, ["Found /b"]],
    ["what is there, of a report that it has not told of", undefined, { findings: [a], reverted: [undone], revertedTotal: 1 }, ["Found /a"]],
    ["another value in the same place as new", { findings: [a] }, { findings: [{ ...a, live: "9" }] }, ["Found /a"]],
    ["what was undone, and not as gone", { findings: [a, b] }, { findings: [b], reverted: [undone], revertedTotal: 1 }, ["Reverted /a"]],
    ["what was undone before it was told", { findings: [] }, { findings: [], reverted: [undone], revertedTotal: 1 }, ["Reverted /a"]],
    ["what was undone and done again", { findings: [a] }, { findings: [{ ...a, detectedAt: "2026-05-04T10:29:59Z" }], reverted: [undone], revertedTotal: 1 }, ["Reverted /a", "Found /a"]],
    ["what is gone by itself", { findings: [a] }, { findings: [] }, ["Ended /a"]],
    ["nothing as gone that may only not be listed", { findings: [a] }, { findings: [b], truncated: 3 }, ["Found /b"]],
    ["who it was, live and undone", { findings: [b], reverted: [undone], revertedTotal: 1 }, { findings: [{ ...b, user: "ann" }], reverted: [{ ...undone, user: "ann" }], revertedTotal: 1 }, ["Completed /b ann", "Completed /a ann"]],
    ["nothing where only the time differs", { observedAt: "2026-05-04T10:29:58Z", findings: [a] }, { observedAt: "2026-05-04T10:29:59Z", findings: [a] }, []],
  ])("%s", (_name, before, after, expected) => expect(types(before, after)).toEqual(expected));
});
