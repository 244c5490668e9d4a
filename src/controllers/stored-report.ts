import type { Application } from "../api/application.ts";
import type { DriftReport, DriftReportStatus } from "../api/drift-report.ts";
import { API_VERSION, STATUS_MANAGER } from "../api/group.ts";
import { isApiStatus } from "../errors.ts";
import type { KubeObject } from "../object/kube-object.ts";
import type { ClusterClient, ObjectRef } from "../ports.ts";
import { nameOf } from "./resource-store.ts";
import { refOf, writeStatus } from "./status-writer.ts";

/** What reading and writing reports needs from its surroundings. */
export interface StoredReportDeps {
  readonly cluster: ClusterClient;
  readonly signal: AbortSignal;
}

/** Writes of one report until it is given up: the first may find it deleted. */
const WRITE_ATTEMPTS = 3;

/** The DriftReport of one Application, as the API server last told it. */
export class StoredReport {
  readonly #deps: StoredReportDeps;
  readonly #ref: ObjectRef;
  #report: DriftReport | undefined;

  /** `report`: as it was listed. */
  constructor(deps: StoredReportDeps, app: { readonly namespace: string; readonly name: string }, report?: DriftReport) {
    this.#deps = deps;
    this.#ref = { apiVersion: API_VERSION, kind: "DriftReport", namespace: app.namespace, name: app.name };
    this.#report = report;
  }

  /** What it tells; undefined where there is none. Asks the API server the first time. */
  async read(): Promise<DriftReportStatus | undefined> {
    const { cluster, signal } = this.#deps;
    if (this.#report !== undefined) return this.#report.status;
    const stored = await cluster.get(this.#ref, { signal });
    this.#report = stored === undefined ? undefined : asReport(stored);
    return this.#report?.status;
  }

  /** Writes what follows from what is stored. Makes the report where there is none; without its Application that is nobody's to tell. */
  async write(app: Application | undefined, statusAfter: (current: DriftReportStatus | undefined) => DriftReportStatus): Promise<void> {
    const { cluster, signal } = this.#deps;
    for (let attempt = 1; ; attempt += 1) {
      const report = await this.#open(app);
      if (report === undefined) return;
      const result = await writeStatus(cluster, report, statusAfter(report.status), (answer) => void (this.#report = asReport(answer)), signal);
      if (result !== "Gone") return;
      this.#report = undefined; // somebody deleted it: the next attempt makes a new one
      if (attempt === WRITE_ATTEMPTS) throw new Error(`DriftReport ${nameOf(report)} is deleted again and again while it is written`);
    }
  }

  async #open(app: Application | undefined): Promise<DriftReport | undefined> {
    await this.read();
    if (app === undefined) return this.#report;
    const wanted = newReport(app);
    this.#report = this.#report === undefined ? await this.#create(wanted) : await this.#adopt(this.#report, wanted);
    return this.#report;
  }

  /** A report that an earlier Application of the same name left is made ours before the garbage collector takes it. */
  async #adopt(stored: DriftReport, wanted: DriftReport): Promise<DriftReport> {
    const { cluster, signal } = this.#deps;
    if (stored.metadata.ownerReferences?.[0]?.uid === wanted.metadata.ownerReferences?.[0]?.uid) return stored;
    const body = { metadata: { uid: stored.metadata.uid, ownerReferences: wanted.metadata.ownerReferences?.map((owner) => ({ ...owner })) } };
    return asReport(await cluster.patch(refOf(stored), body, { type: "merge", fieldManager: STATUS_MANAGER, signal }));
  }

  async #create(report: DriftReport): Promise<DriftReport> {
    const { cluster, signal } = this.#deps;
    try {
      return asReport(await cluster.create(report as unknown as KubeObject, { signal, fieldManager: STATUS_MANAGER })); // plain JSON of our own
    } catch (error) {
      const theirs = isApiStatus(error, 409) ? await cluster.get(this.#ref, { signal }) : undefined;
      if (theirs === undefined) throw error;
      return asReport(theirs);
    }
  }
}

/** A DriftReport as the API server has it, which has validated it. */
export const asReport = (object: KubeObject): DriftReport => object as unknown as DriftReport;

function newReport(app: Application): DriftReport {
  const { name, namespace = "", uid = "" } = app.metadata;
  const ownerReferences = [{ apiVersion: app.apiVersion, kind: app.kind, name, uid, controller: true }];
  return { apiVersion: API_VERSION, kind: "DriftReport", metadata: { name, namespace, ownerReferences }, spec: { application: name } };
}
