import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { completed, knownIn, noteCoverage, noteFound, noteSettled, openBook, reportOf } from "../../../drift/report.ts";
import type { Join, ReportBook } from "../../../drift/report.ts";
import { driftReportStatusSchema } from "../../../src/api/drift-report.ts";
import type { DriftFinding, DriftReportStatus } from "../../../src/api/drift-report.ts";
import { checkValue } from "../../../src/api/schema-check.ts";
import type { CheckContext } from "../../../src/api/schema-check.ts";

const FIRST = new Date("2026-05-04T10:00:00Z");
const LATER = new Date("2026-05-04T10:05:00Z");
const AT = { first: "2026-05-04T10:00:00Z", later: "2026-05-04T10:05:00Z" };
const ANN = { user: "ann@example.com", actor: "Person", confidence: "Certain" } as const;

const finding = (name: string, more: Partial<DriftFinding> = {}): DriftFinding => ({
  object: `apps/Deployment/shop/${name}`, class: "Modified", path: "/spec/replicas", desired: "3", live: "7", manager: "kubectl-edit", actor: "Person", confidence: "Likely", detectedAt: AT.first, ...more,
});
const settled = (book: ReportBook, reverted: readonly DriftFinding[], left: readonly DriftFinding[] | undefined = [], now = FIRST): ReportBook => noteSettled(book, { reverted, left }, now);
const textOf = (live: readonly DriftFinding[], corrected: readonly DriftFinding[]): string => JSON.stringify(reportOf(settled(noteFound(openBook(), [...live, ...corrected]), corrected, live), undefined, FIRST));
const toAnn: Join = (one) => ({ ...one, ...ANN });
const problemsOf = (status: DriftReportStatus): CheckContext["problems"] => {
  const context: CheckContext = { problems: [], unknownMembers: "refuse" };
  checkValue(driftReportStatusSchema.json, status, "status", context);
  return context.problems;
};

describe("a report", () => {
  test("lists what is live and what was corrected, with totals and counts", () => {
    const book = settled(noteFound(openBook(), [finding("c"), finding("b"), finding("a")]), [finding("c")], [finding("b"), finding("a")]);
    expect(reportOf(book, undefined, LATER)).toEqual({
      observedAt: AT.later,
      total: 2,
      truncated: 0,
      findings: [finding("a"), finding("b")],
      reverted: [{ ...finding("c"), revertedAt: AT.first }],
      revertedTotal: 1,
      foundTotal: 3,
      byActor: [{ actor: "Person", name: "kubectl-edit", count: 3, lastAt: AT.first }],
      byField: [{ kind: "apps/Deployment", path: "/spec/replicas", count: 3, lastAt: AT.first }],
    });
  });

  test("keeps the time at which a difference was first seen, unless its value changed", () => {
    const first = noteFound(openBook(), [finding("a"), finding("b")]);
    const again = [finding("a", { detectedAt: AT.later }), finding("b", { detectedAt: AT.later, live: "9" })];
    const book = settled(noteFound(first, again), [], again, LATER);
    expect(reportOf(book, undefined, LATER).findings?.map(({ detectedAt }) => detectedAt)).toEqual([AT.first, AT.later]);
    expect([knownIn(book, finding("a"))?.detectedAt, knownIn(book, finding("b"))]).toEqual([AT.first, undefined]);
  });

  test("counts a removed field once and keeps the first guess at who removed it, whoever writes the object later", () => {
    const { live: _gone, manager: _nobody, ...bare } = finding("a", { class: "Missing", confidence: "Guess" });
    const first = { ...bare, manager: "kubectl-set" };
    const later: DriftFinding[] = [{ ...bare, actor: "Unknown", detectedAt: AT.later }, { ...bare, manager: "kubectl-label", detectedAt: AT.later }];
    let book = noteFound(openBook(), [first]);
    for (const one of later) book = settled(noteFound(book, [one]), [], [one], LATER);
    expect(reportOf(book, undefined, LATER)).toMatchObject({ findings: [first], foundTotal: 1, byActor: [{ name: "kubectl-set", count: 1 }] });
  });

  test("goes on after a restart: times, history and counts", () => {
    const before = settled(noteFound(openBook(), [finding("a"), finding("b")]), [finding("b")], [finding("a")]);
    const stored = reportOf(before, undefined, FIRST);
    const again = [finding("a", { detectedAt: AT.later })];
    const after = settled(noteFound(openBook(stored), again), [], again, LATER);
    expect(reportOf(after, stored, LATER)).toBe(stored);
  });

  test("is the current one where nothing but the time would change", () => {
    const book = noteFound(openBook(), [finding("a")]);
    const status = reportOf(book, undefined, FIRST);
    expect(reportOf(settled(book, [], [finding("a", { detectedAt: AT.later })], LATER), status, LATER)).toBe(status);
    expect(settled(book, [], [finding("a", { detectedAt: AT.later })], LATER)).toBe(book);
  });

  test("puts the newest corrections first and lists fifty", () => {
    const old = Array.from({ length: 50 }, (_, index) => finding(`old-${index}`));
    const status = reportOf(settled(settled(openBook(), old), [finding("new")], [], LATER), undefined, LATER);
    expect(status.reverted).toHaveLength(50);
    expect(status.reverted?.[0]).toMatchObject({ object: "apps/Deployment/shop/new", revertedAt: AT.later });
    expect([status.revertedTotal, status.foundTotal]).toEqual([51, 51]);
  });

  test("lists two hundred and counts the rest, which a later process does not count again", () => {
    const many = Array.from({ length: 230 }, (_, index) => finding(`a-${String(index).padStart(3, "0")}`));
    const stored = reportOf(noteFound(openBook(), many), undefined, FIRST);
    expect([stored.findings?.length, stored.total, stored.truncated, stored.foundTotal]).toEqual([200, 230, 30, 230]);
    const one = finding("b-new");
    expect(reportOf(noteFound(openBook(stored), [...many, one]), stored, LATER)).toMatchObject({ total: 231, foundTotal: 231 });
    expect(reportOf(settled(openBook(stored), [], many), stored, LATER)).toBe(stored);
  });

  test("names whoever the audit log named, in what is live, in the history and in the counts, and keeps it when the difference is seen again", () => {
    const some = settled(noteFound(openBook(), [finding("a"), finding("b")]), [finding("b")], [finding("a")]);
    const book = ["apps/Deployment/shop/a", "apps/Deployment/shop/b"].reduce((next, object) => completed(next, object, toAnn), some);
    const again = settled(noteFound(book, [finding("a", { detectedAt: AT.later })]), [], [finding("a", { detectedAt: AT.later })], LATER);
    const status = reportOf(again, undefined, LATER);
    expect([status.findings, status.reverted].map((list) => list?.map(({ user, detectedAt }) => `${user} ${detectedAt}`))).toEqual([[`ann@example.com ${AT.first}`], [`ann@example.com ${AT.first}`]]);
    expect(status.byActor).toEqual([{ actor: "Person", name: "ann@example.com", count: 2, lastAt: AT.first }]);
    expect(reportOf(settled(again, [finding("a")], [], LATER), undefined, LATER).reverted?.map(({ user }) => user)).toEqual(["ann@example.com", "ann@example.com"]);
  });

  test("does not count a deletion anew whose author became known", () => {
    const gone: DriftFinding = { object: finding("a").object, class: "Missing", detectedAt: AT.first };
    const book = completed(noteFound(openBook(), [gone]), gone.object, (one) => ({ ...one, ...ANN, manager: "kubectl", operation: "delete" }));
    const next = settled(noteFound(book, [gone]), [], [gone]);
    expect(reportOf(next, undefined, FIRST)).toMatchObject({ total: 1, foundTotal: 1, byActor: [{ actor: "Person", name: "ann@example.com", count: 1 }] });
  });

  test("is the same book for a completion that says nothing, and for one of another object", () => {
    const book = noteFound(openBook(), [finding("a")]);
    expect([completed(book, finding("a").object, () => undefined), completed(book, finding("b").object, toAnn)]).toEqual([book, book]);
    expect(completed(book, finding("a").object, (one) => ({ ...one }))).toBe(book);
  });

  test("takes holds and fights as they are told, and keeps them while nobody tells", () => {
    const parts = { holds: [{ object: "/ConfigMap/shop/a", by: "kubectl-annotate", until: AT.later }], fights: [{ object: "/ConfigMap/shop/b", managers: ["hpa"], fields: ["/data/x"], state: "Stopped", rounds: 3 }] } as const;
    const told = noteSettled(openBook(), { reverted: [], left: [], parts }, FIRST);
    expect(reportOf(settled(told, []), undefined, FIRST)).toMatchObject(parts);
    expect(Object.keys(reportOf(noteSettled(told, { reverted: [], left: [], parts: { holds: [], fights: [] } }, FIRST), undefined, FIRST))).not.toContain("fights");
  });

  test("tells coverage until it is not wanted any more", () => {
    const book = noteCoverage(openBook(), { observedAt: AT.first, managed: 3, unmanaged: 1, objects: ["/ConfigMap/shop/mine"] });
    expect(reportOf(book, undefined, FIRST).coverage).toEqual({ observedAt: AT.first, managed: 3, unmanaged: 1, objects: ["/ConfigMap/shop/mine"] });
    expect(reportOf(noteCoverage(book, undefined), undefined, FIRST).coverage).toBeUndefined();
  });

  test("does not depend on the order in which things were found", () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,3}$/), { maxLength: 8 });
    fc.assert(
      fc.property(names, names, (found, reverted) => {
        const [live, gone] = [found.map((name) => finding(name)), reverted.map((name) => finding(`r-${name}`))];
        expect(textOf(live.toReversed(), gone.toReversed())).toBe(textOf(live, gone));
      }),
    );
  });
});

describe("whatever is found, settled, completed and restarted in whatever order, a report", () => {
  const text = fc.oneof(fc.string({ unit: "binary", maxLength: 40 }), fc.constantFrom("<&>".repeat(300), "😀".repeat(900), "x".repeat(3000), "\u0000\u001B[31m".repeat(200)));
  const wild = fc.record(
    {
      object: fc.oneof(fc.constantFrom("/ConfigMap/shop/a", "/ConfigMap/shop/b", "apps/Deployment/shop/c"), text),
      class: fc.constantFrom("Modified", "Missing", "Extra", "OwnershipLost"),
      path: text, desired: text, live: fc.constantFrom("1", "2", "<".repeat(512)), manager: text, operation: text, user: text, userAgent: text,
      groups: fc.array(text, { maxLength: 20 }),
      actor: fc.constantFrom("Person", "Controller", "Unknown"),
      detectedAt: fc.constant(AT.first),
    },
    { requiredKeys: ["object", "class", "detectedAt"] },
  );
  const some = fc.array(wild, { maxLength: 60 });
  const step = fc.oneof(
    some.map((findings) => (book: ReportBook) => noteFound(book, findings)),
    fc.tuple(some, fc.option(some)).map(([reverted, left]) => (book: ReportBook) => noteSettled(book, { reverted: [...reverted, ...book.live.slice(0, 5)], left: left ?? undefined }, FIRST)),
    text.map((user) => (book: ReportBook) => completed(book, book.live[0]?.object ?? "", (one) => ({ ...one, user }))),
    fc.constant((book: ReportBook) => openBook(JSON.parse(JSON.stringify(reportOf(book, undefined, FIRST))) as DriftReportStatus)), // as it was stored
  );

  test("stays within the schema and half a mebibyte, and what it leaves out is counted", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const status = reportOf(steps.reduce((book, next) => next(book), openBook()), undefined, FIRST);
        const { findings = [], total = 0, truncated = 0, foundTotal = 0, revertedTotal = 0, byActor = [], byField = [], reverted = [] } = status;
        expect(problemsOf(status)).toEqual([]);
        expect(JSON.stringify(status).replace(/[<>&\u2028\u2029]/g, "123456").length).toBeLessThan(512 << 10);
        expect([findings.length + truncated, reverted.length <= revertedTotal, revertedTotal <= foundTotal]).toEqual([total, true, true]);
        for (const counts of [byActor, byField]) expect(counts.reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(foundTotal);
      }),
      { numRuns: 60 },
    );
  });
});
