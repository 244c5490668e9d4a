import { findCondition } from "../../../src/api/conditions.ts";
import type { Application } from "../../../src/api/application.ts";
import type { DriftFinding, DriftReport } from "../../../src/api/drift-report.ts";
import { API_VERSION, GROUP } from "../../../src/api/group.ts";
import { stringifyJson } from "../../../src/object/json.ts";
import type { JsonObject } from "../../../src/object/json.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { commitFiles } from "../../../src/sandbox/git-repo.ts";
import { ACCOUNT, accountObjects } from "../../support/tenant-objects.ts";
import { pollUntil } from "../../../src/sandbox/poll.ts";
import { LiveObjects } from "./live-objects.ts";
import { eachOf } from "./each-of.ts";
import type { AuditEvent, AuditMark } from "../audit.ts";
import { declareSource } from "../fleet.ts";
import type { Push } from "../fleet.ts";
import type { Rig } from "../rig.ts";

/** Namespace of all Applications of a stage. */
export const STAGE = "corpus";
const MANAGER = "driftless-bench";
/** Requests of the bench's own at a time. */
const PARALLEL = 8;
/** So long without a request of the operator's means that it has done what there was to do for now. */
const QUIET_MS = 5_000;
const SERVED_MS = 120_000;
const SETTLE_MS = 900_000;

/** Objects of one Application. */
export interface Folder {
  readonly name: string;
  readonly objects: readonly KubeObject[];
}

/** One control plane with one source, on which folders come and go. */
export class CorpusStage {
  readonly rig: Rig;
  readonly #push: Push;

  private constructor(rig: Rig, push: Push) {
    this.rig = rig;
    this.#push = push;
  }

  /** Declares account and source. */
  static async open(rig: Rig): Promise<CorpusStage> {
    for (const object of accountObjects(STAGE, "cluster-admin")) await rig.cluster.client.apply(object, { fieldManager: MANAGER, force: true });
    await commitFiles(rig.repo.dir, { "README.md": "corpus\n" }, { message: "start" });
    await rig.cluster.view.watch(["GitSource", "Application"].map((kind) => ({ apiVersion: API_VERSION, kind, namespace: STAGE })));
    return new CorpusStage(rig, await declareSource(rig, STAGE));
  }

  /** Makes namespaces that nobody declares. */
  async makeNamespaces(names: readonly string[]): Promise<void> {
    const apply = (name: string): Promise<unknown> => this.rig.cluster.client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name } }, { fieldManager: MANAGER });
    await eachOf(names, PARALLEL, (name) => apply(name).catch(() => undefined)); // a name that none may have: its objects are refused likewise
  }

  /** Commits the folders and declares an Application over each, with a namespace of its own for objects that name none. */
  async declare(folders: readonly Folder[]): Promise<void> {
    await commitFiles(this.rig.repo.dir, Object.fromEntries(folders.map(({ name, objects }) => [`apps/${name}/objects.yaml`, objects.map(stringifyJson).join("\n---\n")])), { message: `${folders.length} folders` });
    await this.#push();
    await this.makeNamespaces(folders.map(({ name }) => name));
    await eachOf(folders, PARALLEL, ({ name }) => this.#apply({ apiVersion: API_VERSION, kind: "Application", metadata: { name, namespace: STAGE }, spec: specOf(name) }));
  }

  /** Resolves when the operator has done what there was to do. */
  async settle(): Promise<void> {
    await this.rig.audit.settled(await this.rig.audit.mark(), QUIET_MS, SETTLE_MS, ({ objectRef }) => objectRef?.resource !== "events");
  }

  /** Resolves when discovery tells of every definition that the server has taken: with hundreds at once that takes a while. */
  async served(definitions: readonly KubeObject[]): Promise<void> {
    const { client } = this.rig.cluster;
    const live = new LiveObjects(this.rig);
    const taken = (await Promise.all(definitions.map(async (object) => ((await live.find(object, "")) === undefined ? [] : servedKinds(object))))).flat();
    const probe = async (): Promise<boolean> => {
      await client.refreshKinds();
      return (await Promise.all(taken.map(({ apiVersion, kind }) => client.kindOf(apiVersion, kind)))).every((kind) => kind !== undefined);
    };
    await pollUntil({ what: "all definitions are served", deadlineMs: SERVED_MS, probe }).catch(() => undefined); // what is not by then is told as refused
  }

  /** Applies of the operator's since the mark that the server has taken: `resource namespace/name`. */
  async applies(since: AuditMark): Promise<readonly string[]> {
    const requests = await this.rig.audit.requests(since);
    return requests.filter(isApply).map(({ objectRef: { resource, namespace = "", name } = {} }) => `${resource} ${namespace}/${name}`);
  }

  /** What reports tell as drifted or reverted, the first of each object and class. */
  async drifting(): Promise<readonly DriftFinding[]> {
    const found = new Map<string, DriftFinding>();
    for (const { status } of await this.#list<DriftReport>("DriftReport")) {
      for (const finding of [...(status?.findings ?? []), ...(status?.reverted ?? [])]) found.set(`${finding.object} ${finding.class}`, finding);
    }
    return [...found.values()];
  }

  /** Why an Application is not synced; undefined: it is. */
  async lacks(name: string): Promise<string | undefined> {
    const app = (await this.#list<Application>("Application")).find(({ metadata }) => metadata.name === name);
    const synced = findCondition(app?.status?.conditions, "Synced");
    return synced === undefined || synced.status === "True" ? undefined : `${synced.reason}: ${synced.message}`;
  }

  /** Deletes Applications with all that they have; resolves when they are gone. */
  async remove(folders: readonly Folder[]): Promise<void> {
    const names = new Set(folders.map(({ name }) => name));
    await eachOf([...names], PARALLEL, (name) => this.rig.cluster.client.delete({ apiVersion: API_VERSION, kind: "Application", namespace: STAGE, name }, { propagationPolicy: "Background" }));
    await this.rig.cluster.view.until(`${names.size} Applications deleted`, (view) => ([...names].every((name) => view.get("Application", name) === undefined) ? true : undefined), this.rig.signal, SETTLE_MS);
  }

  async #list<R>(kind: string): Promise<readonly R[]> {
    const served = await this.rig.cluster.client.kindOf(API_VERSION, kind);
    if (served === undefined) throw new Error(`${kind} is not served`);
    return (await this.rig.cluster.client.list(served, { namespace: STAGE })).items as unknown as R[]; // the API server has validated them
  }

  #apply(object: KubeObject): Promise<unknown> {
    return this.rig.cluster.client.apply(object, { fieldManager: MANAGER, force: true });
  }
}

function servedKinds(definition: KubeObject): readonly Pick<KubeObject, "apiVersion" | "kind">[] {
  const { group = "", names, versions = [] } = (definition["spec"] ?? {}) as { group?: string; names?: { kind?: string }; versions?: { name: string; served?: boolean }[] }; // the server has taken it
  return versions.filter(({ served }) => served !== false).map(({ name }) => ({ apiVersion: `${group}/${name}`, kind: names?.kind ?? "" }));
}

/** Of an object of somebody's: not our own kinds, not events, no dry run. */
function isApply({ verb, requestURI, objectRef: { apiGroup, resource, namespace } = {}, responseStatus: { code = 0 } = {} }: AuditEvent): boolean {
  if (verb !== "patch" || code >= 300 || requestURI.includes("dryRun=")) return false;
  return apiGroup !== GROUP && resource !== "events" && namespace !== STAGE;
}

function specOf(name: string): JsonObject {
  return {
    sourceRef: { kind: "GitSource", name: "bench" }, path: `apps/${name}`, serviceAccountName: ACCOUNT, defaultNamespace: name,
    sync: { adopt: "Always", deletionPolicy: "Delete", retry: { initial: "1h", max: "1h" } }, // what is refused is refused; trying again would only keep the stage from coming to rest
  };
}
