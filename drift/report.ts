/**
 * What is known of the drift of one Application, from sight to sight, and the DriftReport that tells it. All of it is
 * data: a difference is found, is settled (corrected, left or gone), and is completed when it becomes known who it was.
 */
import { timestamp } from "../src/api/conditions.ts";
import type { DriftCoverage, DriftFight, DriftFinding, DriftHold, DriftReportStatus } from "../src/api/drift-report.ts";
import { jsonEqual } from "../src/object/json.ts";
import type { Json } from "../src/object/json.ts";
import { compareText } from "../src/object/object-id.ts";
import { namesOwner } from "./finding.ts";
import { countFound, moveAuthor } from "./report-counts.ts";
import type { Counts } from "./report-counts.ts";
import { boundedCoverage, boundedFight, boundedFinding, boundedHold, fitting, REPORT_LIMITS } from "./report-limits.ts";

/** What a report tells besides differences. */
export interface ReportParts {
  readonly holds: readonly DriftHold[];
  readonly fights: readonly DriftFight[];
}

/** All that is known. Of what is live it holds everything, of what was corrected the newest thousand. */
export interface ReportBook {
  readonly live: readonly DriftFinding[];
  /** Newest first. */
  readonly reverted: readonly DriftFinding[];
  readonly revertedTotal: number;
  readonly counts: Counts;
  readonly parts: ReportParts;
  readonly coverage: DriftCoverage | undefined;
  /** Differences that an earlier process counted and did not list: they come after the last that it listed. */
  readonly unlisted: number;
}

/** What a reconcile came to. */
export interface Settled {
  readonly reverted: readonly DriftFinding[];
  /** Every difference that is left; undefined: nobody could look at the end, so what was not corrected is taken to be live still. */
  readonly left: readonly DriftFinding[] | undefined;
  /** Undefined: as before. */
  readonly parts?: ReportParts | undefined;
}

/** A finding with what has become known of its author; undefined: nothing has. */
export type Join = (finding: DriftFinding) => DriftFinding | undefined;

/** Corrected differences that are remembered beyond those that are listed: that their author is told may take some seconds. */
const MAX_REMEMBERED = 1_000;

/** What a stored report knew. */
export function openBook(status: DriftReportStatus = {}): ReportBook {
  const { total = 0, truncated = 0, findings = [], reverted = [], revertedTotal = 0, foundTotal = total + revertedTotal, byActor = [], byField = [], holds = [], fights = [], coverage } = status;
  return { live: findings, reverted, revertedTotal, counts: { foundTotal, byActor, byField }, parts: { holds, fights }, coverage, unlisted: truncated };
}

/** Those of the findings that are not known yet: in another place, with another value, or by somebody else. */
export function newsAmong(book: ReportBook, findings: readonly DriftFinding[]): readonly DriftFinding[] {
  const known = sightings(book.live);
  return findings.map(boundedFinding).filter((finding) => known(finding) === undefined);
}

/** Differences were found; those among them that are news are counted. The same book where none is. */
export function noteFound(book: ReportBook, findings: readonly DriftFinding[]): ReportBook {
  const news = newsAmong(book, findings);
  if (news.length === 0) return book;
  return { ...counted(book, news), live: [...withoutPlaces(book.live, news), ...news] };
}

/** A reconcile has ended. The same book where it changed nothing. */
export function noteSettled(book: ReportBook, { reverted, left, parts }: Settled, now: Date): ReportBook {
  const known = sightings(book.live);
  const corrected = reverted.map((finding) => seenAgain(boundedFinding(finding), known)).sort(compareFindings);
  const live = left === undefined ? withoutPlaces(book.live, reverted) : left.map((finding) => seenAgain(boundedFinding(finding), known));
  const news = [...corrected, ...live].filter((finding) => known(finding) === undefined);
  const next: ReportBook = {
    ...counted(book, news),
    live,
    reverted: [...corrected.map((finding) => ({ ...finding, revertedAt: timestamp(now) })), ...book.reverted].slice(0, MAX_REMEMBERED),
    revertedTotal: book.revertedTotal + corrected.length,
    parts: parts === undefined ? book.parts : { holds: parts.holds.map(boundedHold), fights: parts.fights.map(boundedFight) },
    ...(left === undefined ? {} : { unlisted: 0 }),
  };
  return corrected.length === 0 && next.unlisted === book.unlisted && isSameList(live, book.live) && jsonEqual(asJson(next.parts), asJson(book.parts)) ? book : next;
}

/** The namespaces were counted; undefined: that is not wanted any more. */
export function noteCoverage(book: ReportBook, coverage: DriftCoverage | undefined): ReportBook {
  if (coverage === undefined) return book.coverage === undefined ? book : { ...book, coverage };
  return { ...book, coverage: boundedCoverage(coverage) };
}

/** More has become known of who changed an object. The same book where that is about none of its differences. */
export function completed(book: ReportBook, object: string, join: Join): ReportBook {
  let { counts } = book;
  const complete = (finding: DriftFinding): DriftFinding => {
    const joined = finding.object === object ? join(finding) : undefined;
    if (joined === undefined || jsonEqual(asJson(joined), asJson(finding))) return finding;
    const next = boundedFinding(joined);
    counts = moveAuthor(counts, finding, next);
    return next;
  };
  const [live, reverted] = [book.live.map(complete), book.reverted.map(complete)];
  return isSameList(live, book.live) && isSameList(reverted, book.reverted) ? book : { ...book, live, reverted, counts };
}

/** A difference that is live, as it was first seen; undefined: it is new. */
export function knownIn(book: ReportBook, finding: DriftFinding): DriftFinding | undefined {
  return sightings(book.live)(boundedFinding(finding));
}

/**
 * The status that tells a book: sorted, within the limits, with totals. Where nothing but the time of observation would
 * change, the current status itself, so that nothing needs to be written.
 */
export function reportOf(book: ReportBook, current: DriftReportStatus | undefined, now: Date): DriftReportStatus {
  const { foundTotal, byActor, byField } = book.counts;
  const total = book.live.length + book.unlisted;
  const findings = fitting([...book.live].sort(compareFindings), REPORT_LIMITS.findings);
  const [holds, fights] = [fitting(book.parts.holds, REPORT_LIMITS.holds), fitting(book.parts.fights, REPORT_LIMITS.fights)];
  const next: DriftReportStatus = {
    observedAt: timestamp(now),
    total,
    truncated: total - findings.length,
    findings,
    reverted: fitting(book.reverted, REPORT_LIMITS.reverted),
    revertedTotal: book.revertedTotal,
    foundTotal,
    byActor: fitting(byActor, REPORT_LIMITS.byActor),
    byField: fitting(byField, REPORT_LIMITS.byField),
    ...(holds.length === 0 ? {} : { holds }),
    ...(fights.length === 0 ? {} : { fights }),
    ...(book.coverage === undefined ? {} : { coverage: book.coverage }),
  };
  return current !== undefined && jsonEqual(withoutTime(current), withoutTime(next)) ? current : next;
}

/** Order of findings: object, field, class. */
export function compareFindings(left: DriftFinding, right: DriftFinding): number {
  return compareText(left.object, right.object) || compareText(left.path ?? "", right.path ?? "") || compareText(left.class, right.class);
}

/** What an earlier process counted without listing it comes after all that it listed, and is not counted again. */
function counted(book: ReportBook, news: readonly DriftFinding[]): ReportBook {
  const sorted = [...news].sort(compareFindings);
  const last = book.unlisted === 0 ? undefined : [...book.live].sort(compareFindings).at(-1);
  const after = last === undefined ? [] : sorted.filter((finding) => compareFindings(finding, last) > 0);
  const old = new Set(after.slice(0, book.unlisted));
  return { ...book, counts: countFound(book.counts, sorted.filter((finding) => !old.has(finding))), unlisted: book.unlisted - old.size };
}

/** What was seen before keeps the time that it was first seen at, and what is known of its author; so does a guess, which is best when it is fresh. */
function seenAgain(finding: DriftFinding, known: Sightings): DriftFinding {
  const before = known(finding);
  if (before === undefined) return finding;
  const isBetter = before.user === undefined ? before.manager !== undefined && !namesOwner(finding) : finding.user === undefined;
  const author = isBetter ? authorOf(before) : {};
  const next = { ...finding, ...author, detectedAt: before.detectedAt };
  return jsonEqual(asJson(next), asJson(before)) ? before : next;
}

function authorOf(finding: DriftFinding): Partial<DriftFinding> {
  const names = ["actor", "confidence", "manager", "operation", "user", "groups", "userAgent", "changedAt"] as const;
  return Object.fromEntries(names.flatMap((name) => (finding[name] === undefined ? [] : [[name, finding[name]]])));
}

type Sightings = (finding: DriftFinding) => DriftFinding | undefined;

/** By the list of what is live, which is asked many times between two changes. */
const lookUps = new WeakMap<readonly DriftFinding[], Sightings>();

/** Looks a difference up by its place, its value and its owner; one of which no owner was known may have got one by its completion. */
function sightings(findings: readonly DriftFinding[]): Sightings {
  const made = lookUps.get(findings) ?? sightingsIn(findings);
  lookUps.set(findings, made);
  return made;
}

function sightingsIn(findings: readonly DriftFinding[]): Sightings {
  const exact = new Map<string, DriftFinding>();
  for (const finding of findings) {
    exact.set(sightOf(finding, ownerOf(finding)), finding);
    if (finding.user !== undefined) exact.set(sightOf(finding, undefined), finding);
  }
  return (finding) => exact.get(sightOf(finding, ownerOf(finding)));
}

/** The manager that owns the value; one that is a guess changes with whoever writes the object next. */
const ownerOf = (finding: DriftFinding): string | undefined => (namesOwner(finding) ? finding.manager : undefined);

/** The findings that are in none of these places. */
function withoutPlaces(findings: readonly DriftFinding[], places: readonly DriftFinding[]): readonly DriftFinding[] {
  const taken = new Set(places.map(placeOf));
  return findings.filter((finding) => !taken.has(placeOf(finding)));
}

/** Where a difference is, and what it is. */
export const placeOf = ({ object, class: kind, path }: DriftFinding): string => JSON.stringify([object, kind, path]);

/** The same with its value and whoever wrote it. */
const sightOf = ({ object, class: kind, path, live }: DriftFinding, manager: string | undefined): string => JSON.stringify([object, kind, path, live, manager]);

const isSameList = (left: readonly DriftFinding[], right: readonly DriftFinding[]): boolean => left.length === right.length && left.every((finding, index) => finding === right[index]);

const withoutTime = ({ observedAt: _time, ...rest }: DriftReportStatus): Json => asJson(rest);

const asJson = (value: object): Json => value as Json; // our API types are plain JSON
