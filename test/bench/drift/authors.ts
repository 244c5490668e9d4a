import type { DriftFinding, DriftReport } from "../../../src/api/drift-report.ts";
import { delay } from "../../../src/kube/delay.ts";
import { systemClock } from "../../../src/controllers/clock.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { formatKey } from "../../../src/object/object-id.ts";
import { startAuditedPlane } from "../../support/audited-plane.ts";
import type { Tenant } from "../../support/tenant.ts";
import { measured } from "../row.ts";
import type { Bar, Row } from "../row.ts";
import { ADMIN, authorEdits, refOf } from "./author-edits.ts";
import type { Edit, EditedKind } from "./author-edits.ts";
import { EditHands } from "./author-hands.ts";

const classRight: Bar = { bar: "drift.2a", what: "edits whose class of author is right, managed fields only", unit: "%", limit: ">=95" };
const wrongPeople: Bar = { bar: "drift.2a", what: "edits told of a person that no person made, managed fields only", unit: "edits", limit: "<=0" };
const userRight: Bar = { bar: "drift.2b", what: "edits whose user is right, with audit events", unit: "%", limit: ">=100" };
const userAfter: Bar = { bar: "drift.2b", what: "request → its user in the DriftReport, slowest", unit: "s", limit: "<=5" };
const wrongWithAudit: Bar = { bar: "drift.2b", what: "edits told of a person that no person made, with audit events", unit: "edits", limit: "<=0" };

/** Bars of who it was. */
export const authorBars: readonly Bar[] = [classRight, wrongPeople, userRight, userAfter, wrongWithAudit];

/** How long the last findings may take. */
const PATIENCE_MS = 40_000;
const AFTER_LAST_MS = 6_000;

/** What was told of one edit. */
interface Told {
  readonly edit: Edit;
  readonly findings: readonly DriftFinding[];
  /** From the request to when a second client saw the user of every finding; undefined: it did not. */
  readonly nameAfterMs: number | undefined;
}

/** Runs all edits twice, without and with audit events, and counts from the DriftReports that a second client reads. */
export async function measureAuthors(say: (text: string) => void): Promise<readonly Row[]> {
  const without = await runEdits(false, say);
  const audited = await runEdits(true, say);
  tell("managed fields only", without.filter((told) => !isClassRight(told)), say);
  tell("with audit events", audited.filter((told) => !isUserRight(told)), say);
  const named = audited.filter(({ edit }) => edit.isNone !== true);
  return [
    measured(classRight, share(without, isClassRight), without.length),
    measured(wrongPeople, without.filter(isWrongPerson).length, without.length),
    measured(userRight, share(audited, isUserRight), audited.length),
    measured(userAfter, Math.max(...named.map(({ nameAfterMs = Number.POSITIVE_INFINITY }) => nameAfterMs)) / 1000, named.length),
    measured(wrongWithAudit, audited.filter(isWrongPerson).length, audited.length),
  ];
}

const share = (all: readonly Told[], isRight: (told: Told) => boolean): number => (100 * all.filter(isRight).length) / all.length;
const isTold = ({ edit, findings }: Told): boolean => (edit.isNone === true ? findings.length === 0 : findings.length > 0);
const isClassRight = (told: Told): boolean => isTold(told) && told.findings.every(({ actor }) => actor === told.edit.actor);
const isUserRight = (told: Told): boolean => isTold(told) && told.findings.every(({ user }) => user === told.edit.user);
const isWrongPerson = ({ edit, findings }: Told): boolean => edit.actor !== "Person" && findings.some(({ actor }) => actor === "Person");

function tell(title: string, wrong: readonly Told[], say: (text: string) => void): void {
  for (const { edit, findings } of wrong) {
    const told = findings.map(({ path = "(gone)", actor, manager, user }) => `${path}: ${actor} ${manager ?? "-"} ${user ?? "-"}`);
    say(`${title}: ${edit.title} by ${edit.user} (${edit.actor}) is told as ${told.join("; ") || "nothing"}`);
  }
}

const nameOf = (index: number): string => `e${String(index).padStart(3, "0")}`;

async function runEdits(audit: boolean, say: (text: string) => void): Promise<readonly Told[]> {
  await using stack = new AsyncDisposableStack();
  const world = await startAuditedPlane({ tier: "full", audit, say }, stack);
  const files = Object.fromEntries(authorEdits.map(({ kind, title }, index) => [`${nameOf(index)}.yaml`, manifestOf(kind, nameOf(index), title)]));
  const shop = await world.shop(files);
  await shop.ready();
  const hands = new EditHands(world, shop.namespace, manifestOf, stack);
  const seen = new Sightings(shop);
  for (const [index, edit] of authorEdits.entries()) await edit.run(nameOf(index), hands);
  say(`${authorEdits.length} edits done`);
  const keys = authorEdits.map(({ kind }, index) => keyOf(shop, kind, nameOf(index)));
  const expected = keys.filter((_, index) => authorEdits[index]?.isNone !== true);
  await seen.until(() => expected.every((key) => seen.isTold(key, audit)), PATIENCE_MS);
  await hands.kubectl(ADMIN, "delete", "hpa", "--all"); // it would go on
  await delay(systemClock, AFTER_LAST_MS, new AbortController().signal); // what should not come has had its time
  seen.stop();
  return authorEdits.map((edit, index): Told => {
    const findings = seen.findingsOf(keys[index] ?? "");
    const named = seen.namedAt(keys[index] ?? "");
    const requested = Math.max(...findings.map(({ changedAt = "" }) => Date.parse(changedAt))); // exact with an audit event, and of the same clock
    return { edit, findings, nameAfterMs: named === undefined ? undefined : named - requested };
  });
}

function keyOf({ namespace }: Tenant, kind: EditedKind, name: string): string {
  const { apiVersion } = refOf(kind, namespace, name);
  return formatKey({ group: apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "", kind, namespace, name });
}

/** Everything that the report ever told, newest word first: it keeps only the last of them. */
class Sightings {
  readonly #shop: Tenant;
  readonly #findings = new Map<string, Map<string, DriftFinding>>();
  readonly #namedAt = new Map<string, number>();
  readonly #ended = new AbortController();
  readonly #watching: Promise<unknown>;

  constructor(shop: Tenant) {
    this.#shop = shop;
    this.#watching = this.#watch(() => undefined, this.#ended.signal, 3_600_000).catch(() => undefined);
  }

  findingsOf(object: string): readonly DriftFinding[] {
    return [...(this.#findings.get(object)?.values() ?? [])];
  }

  /** When every finding of the object had a user. */
  namedAt(object: string): number | undefined {
    return this.#namedAt.get(object);
  }

  isTold(object: string, withUser: boolean): boolean {
    return withUser ? this.#namedAt.has(object) : this.#findings.has(object);
  }

  /** Resolves when this holds, or time is over. */
  async until(holds: () => boolean, deadlineMs: number): Promise<void> {
    await this.#watch(() => (holds() ? true : undefined), new AbortController().signal, deadlineMs).catch(() => undefined);
  }

  stop(): void {
    this.#ended.abort();
    void this.#watching;
  }

  #watch(ask: () => true | undefined, signal: AbortSignal, deadlineMs: number): Promise<unknown> {
    return this.#shop.view.until("what the report tells", () => {
      this.#collect(this.#shop.report);
      return ask();
    }, signal, deadlineMs);
  }

  #collect(report: DriftReport | undefined): void {
    for (const finding of [...(report?.status?.findings ?? []), ...(report?.status?.reverted ?? [])]) {
      const { object, class: kind, path = "", detectedAt, user } = finding;
      const told = this.#findings.get(object) ?? new Map<string, DriftFinding>();
      const place = `${kind} ${path} ${detectedAt}`;
      if (told.get(place)?.user !== undefined && user === undefined) continue;
      this.#findings.set(object, told.set(place, finding));
      if (![...told.values()].every((one) => one.user !== undefined)) this.#namedAt.delete(object);
      else if (!this.#namedAt.has(object)) this.#namedAt.set(object, Date.now());
    }
  }
}

/** What is in the source for an edit: enough of everything that may be changed. */
function manifestOf(kind: EditedKind, name: string, title = ""): KubeObject {
  const common = { name, labels: { app: name, tier: "back" }, annotations: { team: "shop" } };
  switch (kind) {
    case "ConfigMap":
      return { apiVersion: "v1", kind, metadata: common, data: { value: "one", more: "two" } };
    case "Secret":
      return { apiVersion: "v1", kind, metadata: common, stringData: { password: "bench-password-one" } };
    case "Service":
      return { apiVersion: "v1", kind, metadata: common, spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] } };
    case "Role":
      return { apiVersion: "rbac.authorization.k8s.io/v1", kind, metadata: common, rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }] };
    case "RoleBinding":
      return { apiVersion: "rbac.authorization.k8s.io/v1", kind, metadata: common, roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" }, subjects: [{ kind: "User", apiGroup: "rbac.authorization.k8s.io", name: "ann" }] };
    case "Deployment":
      return { apiVersion: "apps/v1", kind, metadata: common, spec: deploymentSpec(name, title.includes("real autoscaler") ? 1 : 0) };
  }
}

/** Without Pods, save for what the autoscaler is to look at: it leaves a workload of none alone. */
function deploymentSpec(name: string, replicas: number): object {
  const container = { name: "main", image: "registry.example.com/main:1", env: [{ name: "LEVEL", value: "info" }], resources: { limits: { cpu: "500m" }, requests: { cpu: "10m" } } };
  return { replicas, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { containers: [container] } } };
}
