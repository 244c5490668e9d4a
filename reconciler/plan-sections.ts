import type { DriftFinding } from "../src/api/drift-report.ts";
import type { HookPhase } from "../src/api/release.ts";
import { formatPosition } from "../src/errors.ts";
import { displayId, formatKey, parseKey } from "../src/object/object-id.ts";
import type { ObjectId } from "../src/object/object-id.ts";
import type { Action, Plan, PlanEntry } from "./change.ts";
import { entriesOf, hooksToRun } from "./change.ts";
import type { BlockedObject } from "./effective.ts";
import { groupKind } from "./group-kind.ts";
import { changeText, differenceText } from "./plan-fields.ts";

/** What kind of line it is, so that a terminal can colour it; a space where nothing is done. */
export type Mark = "+" | "~" | "!" | ">" | "⇄" | "-" | "*" | "?" | " ";

/** One line of a plan's text, free of control characters. */
export interface PlanLine {
  readonly mark: Mark;
  readonly text: string;
  /** 0: a heading; 1: an object; 2: more about the object above. */
  readonly depth: 0 | 1 | 2;
}

/** Lines that belong together under one heading. */
export interface PlanSection {
  readonly title: string;
  readonly lines: readonly PlanLine[];
  /** Somebody should look at it before anything else. */
  readonly urgent: boolean;
}

/** How much of a plan is listed. */
export interface PlanTextOptions {
  /** Every object and every field, however many; else the rest of a long list is counted. Default false. */
  readonly full?: boolean;
}

/** What a write is called, and its mark. */
export const VERBS: Readonly<Record<Action, { readonly mark: Mark; readonly verb: string }>> = {
  Create: { mark: "+", verb: "create" },
  Adopt: { mark: ">", verb: "adopt" },
  Configure: { mark: "~", verb: "configure" },
  Revert: { mark: "!", verb: "revert" },
  Reassert: { mark: "!", verb: "reassert" },
  Recreate: { mark: "+", verb: "recreate" },
};

/** The sections of a plan in the order in which things happen; empty ones left out. Equal plans give equal sections. */
export function planSections(plan: Plan, { full = false }: PlanTextOptions = {}): PlanSection[] {
  const context: TextContext = { width: widthOf(plan), objects: full ? Infinity : MAX_OBJECTS, fields: full ? Infinity : MAX_FIELDS, value: full ? Infinity : MAX_VALUE };
  const sections = [
    section("Hooks, before everything", hookLines(plan, "PreSync", context)),
    ...stageSections(plan, context),
    section("Hooks, with the objects of their wave", hookLines(plan, "Sync", context)),
    section("Delete", deleteLines(plan, context)),
    section("Hand over", transferLines(plan, context)),
    section("Hooks, when everything is healthy", hookLines(plan, "PostSync", context)),
    section("Hooks, if it fails", hookLines(plan, "SyncFail", context)),
    section("Held up", blockedLines(plan.blocked, context), true),
    section("Different and left alone", reportedLines(plan.reported, context)),
    section("No longer desired, but kept", keptLines(plan, context)),
    section("Notes", plan.notes.map((note) => line(1, " ", note))),
  ];
  return sections.filter(({ lines }) => lines.length > 0);
}

/** Ids of members that go later than now, with what they wait for. */
export function laterDeletes({ pruneLater, kept }: Pick<Plan, "pruneLater" | "kept">): Map<string, { readonly id: ObjectId; readonly reason: string | undefined }> {
  const later = new Map(pruneLater.map(({ id }) => [formatKey(id) as string, { id, reason: undefined as string | undefined }]));
  for (const { id, kind, reason } of kept) if (kind === "Waiting") later.set(formatKey(id), { id, reason });
  return later;
}

/** Objects of one kind and namespace that are listed before the rest is counted. */
const MAX_OBJECTS = 20;
const MAX_FIELDS = 12;
/** Characters of a value. */
const MAX_VALUE = 100;
const MAX_WIDTH = 60;
const VERB_WIDTH = "configure".length;

interface TextContext {
  /** Columns of the names, so that what follows them is aligned in the whole plan. */
  readonly width: number;
  readonly objects: number;
  readonly fields: number;
  readonly value: number;
}

function stageSections(plan: Plan, context: TextContext): PlanSection[] {
  const hasWaves = entriesOf(plan).some(({ object }) => object.policy.wave !== 0);
  return plan.stages.map((stage, index) => {
    const wave = hasWaves ? ` (wave ${stage[0]?.object.policy.wave ?? 0})` : "";
    const title = plan.stages.length === 1 ? `Apply${wave}` : `Stage ${index + 1} of ${plan.stages.length}${wave}: ${kindsOf(stage)}`;
    return section(title, counted(stage, ({ action }) => VERBS[action].verb, context, (entry) => entryLines(entry, context)));
  });
}

function entryLines(entry: PlanEntry, context: TextContext): PlanLine[] {
  const { mark, verb } = VERBS[entry.action];
  const { file, line: at } = entry.object.origin;
  const handover = entry.handover === undefined ? [] : [line(2, " ", "fields that are left to others from now on keep their live values")];
  const force = entry.action === "Configure" && entry.object.policy.force ? [line(2, " ", "may be deleted and created again, should a field that changes be immutable")] : [];
  return [objectLine(mark, verb, entry.id, formatPosition({ file, line: at }), context), ...fieldLines([...entry.corrections, ...entry.updates], changeText, context), ...handover, ...force];
}

function hookLines(plan: Plan, wanted: HookPhase, context: TextContext): PlanLine[] {
  return hooksToRun(plan).filter(({ phase }) => phase === wanted).map(({ id, phase, wave, origin: { file, line: at } }) => objectLine("*", "hook", id, `${phase}${wave === 0 ? "" : `, wave ${wave}`}  ${formatPosition({ file, line: at })}`, context));
}

function deleteLines(plan: Plan, context: TextContext): PlanLine[] {
  const now = counted(plan.prune, () => "delete", context, ({ id }) => [objectLine("-", "delete", id, "", context)]);
  return [...now, ...byReason([...laterDeletes(plan).values()], ({ reason }) => `later: ${reason ?? "after what needs it is gone"}`, ["-", "delete"], context)];
}

function transferLines({ transfers, claims }: Plan, context: TextContext): PlanLine[] {
  const given = transfers.map(({ id, to }) => objectLine("⇄", "hand over", id, to === undefined ? "to nobody: it stays as it is" : `to Application ${to}`, context));
  return [...given, ...claims.map(({ object, owner }) => objectLine("⇄", "claim", object.id, `from Application ${owner}`, context))];
}

function blockedLines(blocked: readonly BlockedObject[], context: TextContext): PlanLine[] {
  const of = (kind: BlockedObject["kind"], verb: string): PlanLine[] => byReason(blocked.filter((object) => object.kind === kind), reasonAlone, ["?", verb], context);
  return [...of("Failed", "blocked"), ...of("Waiting", "wait")];
}

const keptLines = ({ kept }: Plan, context: TextContext): PlanLine[] => byReason(kept.filter(({ kind }) => kind === "Kept"), ({ reason }) => reason, [" ", "keep"], context);

function reportedLines(reported: readonly DriftFinding[], context: TextContext): PlanLine[] {
  const byObject = [...Map.groupBy(reported, ({ object }) => object)].flatMap(([key, findings]) => {
    const id = parseKey(key);
    return id === undefined ? [] : [{ id, findings }];
  });
  return counted(byObject, () => "report", context, ({ id, findings }) => [objectLine(" ", "report", id, "", context), ...fieldLines(findings, differenceText, context)]);
}

/** Objects with the same reason stand together above it. */
function byReason<T extends { readonly id: ObjectId; readonly origin?: BlockedObject["origin"] }>(items: readonly T[], reasonOf: (item: T) => string, [mark, verb]: readonly [Mark, string], context: TextContext): PlanLine[] {
  return [...Map.groupBy(items, reasonOf)].flatMap(([reason, group]) => [
    ...counted(group, () => verb, context, ({ id, origin }) => [objectLine(mark, verb, id, origin === undefined ? "" : formatPosition({ file: origin.file, line: origin.line }), context)]),
    ...reason.split("\n").map((text) => line(2, " ", text)),
  ]);
}

/** The reason without place and name, which stand in the line above. */
function reasonAlone({ id, origin, reason }: BlockedObject): string {
  const place = `${formatPosition({ file: origin.file, line: origin.line })}: `;
  const name = `${displayId(id)}: `;
  const unplaced = reason.startsWith(place) ? reason.slice(place.length) : reason;
  return unplaced.startsWith(name) ? unplaced.slice(name.length) : unplaced;
}

/** Lists items, of each verb, kind and namespace only so many; the rest of them is counted. */
function counted<T extends { readonly id: ObjectId }>(items: readonly T[], verbOf: (item: T) => string, context: TextContext, linesOf: (item: T) => PlanLine[]): PlanLine[] {
  const groups = Map.groupBy(items, (item) => `${verbOf(item)} ${groupKind(item.id.group, item.id.kind)} ${item.id.namespace}`);
  return [...groups.values()].flatMap((group) => {
    const lines = group.slice(0, context.objects).flatMap(linesOf);
    const [first] = group;
    if (group.length <= context.objects || first === undefined) return lines;
    const where = first.id.namespace === "" ? "" : ` in ${first.id.namespace}`;
    return [...lines, line(1, " ", `and ${group.length - context.objects} more of kind ${first.id.kind}${where} to ${verbOf(first)}`)];
  });
}

function fieldLines(findings: readonly DriftFinding[], textOf: typeof changeText, { fields, value }: TextContext): PlanLine[] {
  const lines = findings.slice(0, fields).map((finding) => line(2, " ", textOf(finding, value)));
  return findings.length <= fields ? lines : [...lines, line(2, " ", `and ${findings.length - fields} more fields`)];
}

/** `ConfigMap (3), Deployment`, the first few kinds by name. */
function kindsOf(stage: readonly PlanEntry[]): string {
  const kinds = [...Map.groupBy(stage, ({ id }) => id.kind)].map(([kind, { length }]) => (length === 1 ? kind : `${kind} (${length})`));
  return kinds.length <= 4 ? kinds.join(", ") : `${kinds.slice(0, 3).join(", ")} and ${kinds.length - 3} more kinds`;
}

function widthOf({ stages, prune, pruneLater, transfers, claims, kept, blocked, hooks }: Plan): number {
  const ids = [stages.flat(), prune, pruneLater, transfers, hooks?.entries ?? [], claims.map(({ object }) => object), kept, blocked].flatMap((items) => items.map(({ id }) => id));
  return ids.reduce((width, id) => Math.max(width, Math.min(displayId(id).length, MAX_WIDTH)), 0);
}

const section = (title: string, lines: readonly PlanLine[], urgent = false): PlanSection => ({ title: clean(title), lines, urgent });

const objectLine = (mark: Mark, verb: string, id: ObjectId, rest: string, { width }: TextContext): PlanLine =>
  line(1, mark, `${verb.padEnd(VERB_WIDTH)} ${displayId(id).padEnd(width)}  ${rest}`.trimEnd());

const line = (depth: PlanLine["depth"], mark: Mark, text: string): PlanLine => ({ depth, mark, text: clean(text) });

/** Names and paths come from elsewhere: nothing of them may steer a terminal or start a line of its own. */
const clean = (text: string): string => text.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, " ");
