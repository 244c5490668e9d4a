import type { Cluster } from "../../src/cli/up/environment.ts";
import { ensureNamespace } from "../../src/cli/up/environment.ts";
import { ClusterView } from "../../src/cli/up/cluster-view.ts";
import type { ViewedKind } from "../../src/cli/up/cluster-view.ts";
import { DEFAULT_NAMESPACE } from "../../src/cli/install/names.ts";
import { tenantManifests } from "../../src/cli/install/tenant.ts";
import type { Application, ApplicationSpec } from "../../src/api/application.ts";
import { findCondition } from "../../src/api/conditions.ts";
import type { DriftFinding, DriftReport } from "../../src/api/drift-report.ts";
import type { GitSource, GitSourceSpec } from "../../src/api/git-source.ts";
import { API_VERSION, GROUP, RECONCILE_ANNOTATION, VERSION } from "../../src/api/group.ts";
import type { Release } from "../../src/api/release.ts";
import type { Condition } from "../../src/api/meta.ts";
import type { ConditionType } from "../../src/api/reasons.ts";
import { systemClock } from "../../src/controllers/clock.ts";
import type { JsonObject } from "../../src/object/json.ts";
import type { KubeObject } from "../../src/object/kube-object.ts";
import type { ObjectRef } from "../../src/ports.ts";
import { commitFiles } from "../../src/sandbox/git-repo.ts";
import type { CommitOptions } from "../../src/sandbox/git-repo.ts";
import type { GitRepo } from "../../src/sandbox/git-server.ts";
import { pollUntil } from "../../src/sandbox/poll.ts";
import { uniqueName } from "./control-plane.ts";
import { runShell } from "./run-shell.ts";
import { ACCOUNT, accountObjects, asContent, driftlessObjects, NAME } from "./tenant-objects.ts";
import type { Files } from "./tenant-objects.ts";
import { statusProblems } from "./status-linter.ts";

/** How a tenant differs from the usual one: admin in its namespace, one repository, one Application over its root. */
export interface TenantOptions {
  /** ClusterRole that the account has. Default admin in its namespace; `cluster-admin` in the whole cluster. */
  readonly role?: "admin" | "edit" | "cluster-admin";
  /** The operator may act as the account. Default true. */
  readonly impersonation?: boolean;
  /** Spec of the source besides url and interval. */
  readonly source?: Partial<GitSourceSpec>;
  /** Spec of the Application besides sourceRef and account. */
  readonly app?: Partial<ApplicationSpec>;
  /** Kinds watched besides ours, Deployments, Services and ConfigMaps. */
  readonly watch?: readonly Omit<ViewedKind, "namespace">[];
  /** Runs when the namespace is there and nothing else is. */
  readonly before?: (tenant: Tenant) => Promise<void>;
}

/** The most Releases of one test. */
const MAX_RELEASES = 20;
const DEADLINE_MS = 40_000;
const EVENT_DEADLINE_MS = 15_000;
const SETTLE_DEADLINE_MS = 10_000;
const WATCHED = [
  ...["GitSource", "Application", "DriftReport", "Release"].map((kind) => ({ apiVersion: API_VERSION, kind })),
  { apiVersion: "apps/v1", kind: "Deployment" },
  { apiVersion: "v1", kind: "Service" },
  { apiVersion: "v1", kind: "ConfigMap" },
];

/** One namespace with an account, a repository and an Application `app` over it, and a second client's view of it all. */
export class Tenant {
  readonly namespace: string;
  readonly cluster: Cluster;
  readonly view: ClusterView;
  readonly repo: GitRepo;

  private constructor(cluster: Cluster, namespace: string, repo: GitRepo) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.view = new ClusterView(cluster.client, systemClock);
    this.repo = repo;
  }

  /** Declares everything and commits the first files. The source is looked up only when a commit is told or it says so. */
  static async open(cluster: Cluster, repo: (name: string) => Promise<GitRepo>, files: Files, options: TenantOptions = {}): Promise<Tenant> {
    const namespace = uniqueName("shop");
    await ensureNamespace(cluster, namespace);
    const tenant = new Tenant(cluster, namespace, await repo(namespace));
    await tenant.view.watch([...WATCHED, ...(options.watch ?? [])].map((kind) => ({ ...kind, namespace })));
    await options.before?.(tenant);
    await commitFiles(tenant.repo.dir, asContent(files));
    const impersonation = options.impersonation === false ? [] : tenantManifests({ namespace, account: ACCOUNT, operatorNamespace: DEFAULT_NAMESPACE });
    for (const object of [...accountObjects(namespace, options.role ?? "admin"), ...impersonation, ...driftlessObjects(namespace, tenant.repo.url, options)]) await tenant.apply(object);
    return tenant;
  }

  /** Applies an object as the administrator. */
  async apply(object: KubeObject, fieldManager = "test"): Promise<KubeObject> {
    return (await this.cluster.client.apply(object, { fieldManager, force: true })).object;
  }

  /** Commits and tells the source, as a webhook would. */
  async commit(files: Files, options: CommitOptions = {}): Promise<string> {
    const id = await commitFiles(this.repo.dir, asContent(files), options);
    await this.request("GitSource");
    return id;
  }

  /** Asks for a reconcile by annotation; answers with its value. */
  async request(kind: "GitSource" | "Application"): Promise<string> {
    const at = uniqueName("now");
    await this.cluster.client.patch(this.ref(kind), { metadata: { annotations: { [RECONCILE_ANNOTATION]: at } } }, { type: "merge" });
    return at;
  }

  /** Asks for a reconcile and waits for the answer to it. */
  async handled(kind: "GitSource" | "Application"): Promise<void> {
    const at = await this.request(kind);
    await this.until(`${kind} answers the request`, () => (kind === "Application" ? this.app : this.source)?.status?.lastHandledReconcileAt === at);
  }

  /** Merges into the spec of our own source or Application. */
  async respec(kind: "GitSource" | "Application", spec: JsonObject): Promise<void> {
    await this.cluster.client.patch(this.ref(kind), { spec }, { type: "merge" });
  }

  get app(): Application | undefined {
    return this.view.get("Application", NAME) as Application | undefined; // the API server has validated it
  }

  get source(): GitSource | undefined {
    return this.view.get("GitSource", NAME) as GitSource | undefined; // likewise
  }

  get report(): DriftReport | undefined {
    return this.view.get("DriftReport", NAME) as DriftReport | undefined; // likewise
  }

  /** The Releases of the Application as last seen, the oldest first. */
  get releases(): Release[] {
    const found = Array.from({ length: MAX_RELEASES }, (_, index) => this.view.get("Release", `${NAME}-${index + 1}`));
    return found.filter((release) => release !== undefined) as unknown as Release[]; // likewise
  }

  condition(kind: "GitSource" | "Application", type: ConditionType): Condition | undefined {
    return findCondition((kind === "Application" ? this.app : this.source)?.status?.conditions, type);
  }

  ref(kind: "GitSource" | "Application"): ObjectRef {
    return { apiVersion: API_VERSION, kind, namespace: this.namespace, name: NAME };
  }

  /** kubectl as a person with the administrator's rights, in this namespace. */
  kubectl(...args: readonly string[]): Promise<string> {
    return this.cluster.kubectl("-n", this.namespace, ...args);
  }

  /** An object as it is now, of any kind; the view may be a moment behind. */
  async live(apiVersion: string, kind: string, name: string): Promise<KubeObject | undefined> {
    return this.cluster.client.get({ apiVersion, kind, namespace: this.namespace, name });
  }

  /** The data of a ConfigMap as it is now; undefined when there is none. */
  async dataOf(configMap: string): Promise<unknown> {
    return (await this.live("v1", "ConfigMap", configMap))?.["data"];
  }

  /** Waits, by the view's events, until this holds; the error tells what the status said instead. */
  async until(what: string, holds: () => boolean): Promise<void> {
    try {
      await this.view.until(what, () => (holds() ? true : undefined), new AbortController().signal, DEADLINE_MS);
    } catch (error) {
      const states = { source: this.source?.status, app: this.app?.status, report: this.report?.status };
      throw new Error(`${String(error)}\n${JSON.stringify(states, undefined, 1)}`, { cause: error });
    }
  }

  /** Waits until the commit (default: any) is fetched and applied and everything is healthy. */
  async ready(commit = ""): Promise<void> {
    const at = (revision: string | undefined): boolean => revision?.endsWith(commit) === true;
    const isReady = (kind: "GitSource" | "Application"): boolean => this.condition(kind, "Ready")?.status === "True";
    await this.until(`ready at ${commit}`, () => at(this.source?.status?.artifact?.revision) && at(this.app?.status?.lastAppliedRevision) && isReady("GitSource") && isReady("Application"));
  }

  /** Waits for a condition with this reason; answers with its message. */
  async saying(kind: "GitSource" | "Application", type: ConditionType, reason: string): Promise<string> {
    await this.until(`${kind} ${type} ${reason}`, () => this.condition(kind, type)?.reason === reason);
    return this.condition(kind, type)?.message ?? "";
  }

  /** Waits for a condition whose message matches; answers with the message. */
  async telling(kind: "GitSource" | "Application", type: ConditionType, pattern: RegExp): Promise<string> {
    await this.until(`${kind} ${type} ${pattern}`, () => pattern.test(this.condition(kind, type)?.message ?? ""));
    return this.condition(kind, type)?.message ?? "";
  }

  /** Runs the command of a message that begins with these words, as somebody would who pastes it. */
  async paste(message: string, words: string): Promise<string> {
    const [, command] = new RegExp(`: (${words}.*? -p '[^']*')`).exec(message) ?? [];
    if (command === undefined) throw new Error(`no command "${words}" in: ${message}`);
    const { kubeconfig, kubectlPath } = this.cluster;
    return runShell(command.replace("kubectl", `"${kubectlPath}" --kubeconfig "${kubeconfig}"`));
  }

  /** Asks the API server to delete the Application; resolves when that is begun. */
  async delete(): Promise<void> {
    await this.cluster.client.delete(this.ref("Application"), { propagationPolicy: "Background" });
  }

  /** Waits until the Application is gone. */
  async gone(): Promise<void> {
    await this.until("the Application is gone", () => this.app === undefined);
  }

  /** Waits for a corrected difference that fits. */
  async reverted(fits: (finding: DriftFinding) => boolean): Promise<DriftFinding> {
    const find = (): DriftFinding | undefined => this.report?.status?.reverted?.find(fits);
    await this.until("the DriftReport tells of the revert", () => find() !== undefined);
    const found = find();
    if (found === undefined) throw new Error("the finding is gone again");
    return found;
  }

  /** Events of one of our objects as `Reason: note`. */
  async events(kind: "GitSource" | "Application"): Promise<string[]> {
    const { items } = await this.cluster.client.list({ group: "events.k8s.io", version: "v1", kind: "Event", plural: "events", namespaced: true, verbs: ["list"], subresources: [] }, { namespace: this.namespace });
    const told = items as unknown as { readonly reason: string; readonly note?: string; readonly regarding: { readonly kind: string } }[]; // events.k8s.io/v1
    return told.filter(({ regarding }) => regarding.kind === kind).map(({ reason, note = "" }) => `${reason}: ${note}`);
  }

  /** Waits for an Event of one of our objects that matches; they are written some time after what they tell. */
  async told(kind: "GitSource" | "Application", pattern: RegExp): Promise<void> {
    let events: string[] = [];
    const probe = async (): Promise<boolean> => (events = await this.events(kind)).some((event) => pattern.test(event));
    await pollUntil({ what: `an Event of the ${kind} like ${pattern}`, deadlineMs: EVENT_DEADLINE_MS, probe }).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${events.join("\n")}`, { cause: error });
    });
  }

  /** What is wrong with the statuses that were left behind; a status may be about to be written when a test ends. */
  async statusProblems(): Promise<string[]> {
    let problems: string[] = [];
    const probe = async (): Promise<boolean> => (problems = await this.#problemsNow()).length === 0;
    await pollUntil({ what: "statuses without problems", deadlineMs: SETTLE_DEADLINE_MS, probe }).catch(() => undefined);
    return problems;
  }

  async #problemsNow(): Promise<string[]> {
    const kinds = [["GitSource", "gitsources"], ["Application", "applications"], ["Release", "releases"]] as const;
    const lists = await Promise.all(
      kinds.map(async ([kind, plural]) => {
        const list = await this.cluster.client.list({ group: GROUP, version: VERSION, kind, plural, namespaced: true, verbs: ["list"], subresources: [] }, { namespace: this.namespace });
        return list.items.map((item) => ({ ...item, kind })); // items of a list do not tell it
      }),
    );
    return lists.flat().flatMap((object) => statusProblems(object));
  }
}
