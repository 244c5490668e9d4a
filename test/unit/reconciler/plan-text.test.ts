import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Action, Plan, PlanEntry } from "../../../reconciler/change.ts";
import { inStages } from "../../../reconciler/order.ts";
import { memberOf } from "../../../reconciler/member.ts";
import { planMarkdown } from "../../../reconciler/plan-markdown.ts";
import { lineText, planLines, summaryOf } from "../../../reconciler/plan-text.ts";
import type { PlanTextOptions } from "../../../reconciler/plan-text.ts";
import { blockedBecause, entry } from "../../../reconciler/verdict-parts.ts";
import type { DriftFinding } from "../../../src/api/drift-report.ts";
import type { LiveMember } from "../../../reconciler/observed.ts";
import { bare, itemsFrom } from "../../support/ordered.ts";

const EMPTY: Plan = { stages: [], held: [], prune: [], pruneLater: [], transfers: [], claims: [], kept: [], blocked: [], unchanged: 0, reported: [], proven: [], notes: [] };

const entries = (action: Action, documents: readonly string[], parts: Partial<PlanEntry> = {}): PlanEntry[] => itemsFrom(...documents).map(({ object }) => entry(action, object, parts));

const textOf = (plan: Plan, options?: PlanTextOptions): string => `${planLines(plan, options).map(lineText).join("\n")}\n`;

const stale = (name: string, kind = "ConfigMap"): LiveMember => memberOf({ apiVersion: "v1", kind, metadata: kind === "Namespace" ? { name } : { name, namespace: "shop" } }, new Date(0));

const finding = (rest: Partial<DriftFinding>): DriftFinding => ({ object: "apps/Deployment/shop/web", class: "Modified", path: "/spec/replicas", live: "1", desired: "3", detectedAt: "2026-01-01T00:00:00Z", ...rest });

const configMaps = (count: number): string[] => Array.from({ length: count }, (_, index) => bare("v1", "ConfigMap", `c${String(index).padStart(5, "0")}`));

test("a plan of nothing says so", () => {
  expect([textOf(EMPTY), textOf({ ...EMPTY, unchanged: 3 })]).toEqual(["nothing to do\n", "3 unchanged\n"]);
});

test("a plan reads from top to bottom as it will happen", () => {
  const blocked = itemsFrom(bare("example.com/v1", "Widget", "w")).map(({ object }) => blockedBecause(object, "Failed", "exists and belongs to Helm release shop/web; remove it there first"));
  const plan: Plan = {
    ...EMPTY,
    stages: inStages([
      ...entries("Create", [bare("v1", "ConfigMap", "settings"), bare("v1", "Namespace", "shop")]),
      ...entries("Revert", [bare("apps/v1", "Deployment", "web")], { corrections: [finding({ manager: "kubectl-edit", live: "7" })], updates: [finding({ class: "Extra", path: "/spec/paused", live: "true" })] }),
      ...entries("Adopt", [bare("v1", "Secret", "tls")]),
    ]),
    prune: [{ id: stale("old").id, member: stale("old") }],
    pruneLater: [{ id: stale("shop-2", "Namespace").id, member: stale("shop-2", "Namespace") }],
    kept: [
      { id: stale("shop-2", "Namespace").id, kind: "Waiting", reason: "waits for ConfigMap shop/old to be gone" },
      { id: stale("precious").id, kind: "Kept", reason: "driftless.dev/prune is disabled" },
    ],
    transfers: [{ id: stale("moving").id, member: stale("moving"), to: "shop/billing" }],
    blocked,
    reported: [finding({ class: "Extra", path: "/metadata/labels/team", live: '"x"', manager: "kubectl-label" })],
    notes: ["ConfigMap shop/settings is also wanted by Application shop/other"],
    unchanged: 12,
  };
  expect(textOf(plan)).toBe(`\
Stage 1 of 3: Namespace
  + create    Namespace shop             app.yaml:6

Stage 2 of 3: ConfigMap, Secret
  + create    ConfigMap shop/settings    app.yaml:1
  > adopt     Secret shop/tls            app.yaml:1

Stage 3 of 3: Deployment
  ! revert    Deployment shop/web        app.yaml:1
      /spec/replicas: 7 → 3  (set by kubectl-edit)
      /spec/paused: true → removed

Delete
  - delete    ConfigMap shop/old
  - delete    Namespace shop-2
      later: waits for ConfigMap shop/old to be gone

Hand over
  ⇄ hand over ConfigMap shop/moving      to Application shop/billing

Held up
  ? blocked   Widget.example.com shop/w  app.yaml:1
      exists and belongs to Helm release shop/web; remove it there first

Different and left alone
    report    Deployment shop/web
      /metadata/labels/team: is "x", which the source does not ask for  (set by kubectl-label)

No longer desired, but kept
    keep      ConfigMap shop/precious
      driftless.dev/prune is disabled

Notes
    ConfigMap shop/settings is also wanted by Application shop/other

2 to create, 1 to adopt, 1 to revert, 1 to delete, 1 to delete later, 1 to hand over, 1 blocked, 1 kept, 12 unchanged
`);
});

test("waves are told where there are any", () => {
  const late = bare("v1", "ConfigMap", "b").replace("{name: b}", '{name: b, annotations: {driftless.dev/wave: "3"}}');
  const plan = { ...EMPTY, stages: inStages(entries("Create", [bare("v1", "ConfigMap", "a"), late])) };
  expect(textOf(plan)).toContain("Stage 1 of 2 (wave 0): ConfigMap\n");
  expect(textOf(plan)).toContain("Stage 2 of 2 (wave 3): ConfigMap\n");
});

test("objects that wait for the same stand together above it", () => {
  const blocked = itemsFrom(bare("v1", "ConfigMap", "a"), bare("v1", "ConfigMap", "b")).map(({ object }) => blockedBecause(object, "Waiting", "waits for wave 0: Deployment shop/web is not healthy"));
  expect(textOf({ ...EMPTY, blocked })).toContain(`\
  ? wait      ConfigMap shop/a  app.yaml:1
  ? wait      ConfigMap shop/b  app.yaml:6
      waits for wave 0: Deployment shop/web is not healthy
`);
});

describe("long lists", () => {
  const plan: Plan = { ...EMPTY, stages: inStages([...entries("Create", configMaps(1_000)), ...entries("Configure", [bare("v1", "ConfigMap", "last")], { updates: Array.from({ length: 30 }, (_, index) => finding({ path: `/data/k${index}`, live: '"v"', desired: JSON.stringify("w".repeat(300)) })) })]) };

  test("are counted, those of each action on their own", () => {
    const text = textOf(plan);
    expect(text.split("\n").length).toBeLessThan(50);
    expect(text).toContain("    and 980 more of kind ConfigMap in shop to create\n");
    expect(text).toContain("~ configure ConfigMap shop/last");
    expect(text).toContain("      and 18 more fields\n");
    expect(text).not.toContain("w".repeat(101));
  });

  test("are there in full where that is asked for", () => {
    const text = textOf(plan, { full: true });
    expect([text.match(/\+ create/g)?.length, text.match(/→/g)?.length, text.includes("w".repeat(300))]).toEqual([1_000, 30, true]);
  });
});

test("names from elsewhere can neither start a line of their own nor steer a terminal", () => {
  const reason = "no\u001B[31m\rfine\u202E";
  const [item] = itemsFrom(bare("v1", "ConfigMap", "a"));
  const blocked = item === undefined ? [] : [{ ...blockedBecause(item.object, "Failed", reason), origin: { file: "a\n- delete everything", line: 1, overlays: [] } }];
  for (const text of [textOf({ ...EMPTY, blocked }), planMarkdown({ ...EMPTY, blocked }, "a\n# b\u001B")]) {
    for (const character of ["\u001B", "\r", "\u202E"]) expect(text).not.toContain(character);
    expect(text).not.toMatch(/^- delete|^# b/m);
  }
});

describe("Markdown", () => {
  test("has the counts, and a block for each section with its marks in front", () => {
    const plan: Plan = {
      ...EMPTY,
      stages: inStages(entries("Configure", [bare("apps/v1", "Deployment", "web")], { updates: [finding({})] })),
      blocked: itemsFrom(bare("v1", "Secret", "s")).map(({ object }) => blockedBecause(object, "Failed", "is somebody else's")),
    };
    expect(planMarkdown(plan, "Application shop/shop at main@sha1:1234567")).toBe(`\
### Application shop/shop at main&#64;sha1:1234567

**1 to configure, 1 blocked**

<details><summary>Apply</summary>

\`\`\`diff
~ configure Deployment shop/web  app.yaml:1
    /spec/replicas: 1 → 3
\`\`\`

</details>

<details open><summary>Held up</summary>

\`\`\`diff
? blocked   Secret shop/s        app.yaml:1
    is somebody else's
\`\`\`

</details>
`);
  });

  test("cannot be left by what is in it", () => {
    const [item] = itemsFrom(bare("v1", "ConfigMap", "a"));
    const blocked = item === undefined ? [] : [blockedBecause(item.object, "Failed", "````\n```\n</details>")];
    const fences = planMarkdown({ ...EMPTY, blocked }, "x").match(/^`+/gm);
    expect(fences).toEqual(["`````", "`````"]);
  });

  test("fits into a comment, whatever the plan", () => {
    const text = planMarkdown({ ...EMPTY, stages: inStages(entries("Create", configMaps(3_000))), notes: ["last"] }, "x", { full: true });
    expect(text.length).toBeLessThan(65_536);
    expect(text).toMatch(/and \d+ more lines/);
    expect(text).toContain("3000 to create");
    expect(text).toContain("it is too long for one comment");
  });
});

test("the text is the same whatever the order of the input", () => {
  const all = [...entries("Create", configMaps(4)), ...entries("Configure", [bare("apps/v1", "Deployment", "web")]), ...entries("Adopt", [bare("v1", "Namespace", "shop")])];
  const expected = textOf({ ...EMPTY, stages: inStages(all) });
  fc.assert(fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => textOf({ ...EMPTY, stages: inStages(shuffled) }) === expected));
});

test("the counts name every action once", () => {
  const actions: readonly Action[] = ["Create", "Adopt", "Configure", "Revert", "Reassert", "Recreate"];
  const stages = [actions.flatMap((action, index) => entries(action, [bare("v1", "ConfigMap", `a${index}`)]))];
  expect(summaryOf({ ...EMPTY, stages })).toBe("1 to create, 1 to adopt, 1 to configure, 1 to revert, 1 to reassert, 1 to recreate");
});
