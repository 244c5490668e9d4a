import type { Application, ApplicationSpec } from "../../src/api/application.ts";
import { findCondition } from "../../src/api/conditions.ts";
import { API_VERSION } from "../../src/api/group.ts";
import type { Condition } from "../../src/api/meta.ts";
import type { ConditionType } from "../../src/api/reasons.ts";
import type { Tenant } from "./tenant.ts";
import { ACCOUNT, NAME } from "./tenant-objects.ts";

/** A further Application of a tenant, over the same source. */
export class TenantApp {
  readonly name: string;
  readonly #tenant: Tenant;

  private constructor(tenant: Tenant, name: string) {
    this.#tenant = tenant;
    this.name = name;
  }

  /** Declares it. */
  static async open(tenant: Tenant, name: string, spec: Partial<ApplicationSpec>): Promise<TenantApp> {
    const metadata = { name, namespace: tenant.namespace };
    await tenant.apply({ apiVersion: API_VERSION, kind: "Application", metadata, spec: { sourceRef: { kind: "GitSource", name: NAME }, serviceAccountName: ACCOUNT, ...spec } });
    return new TenantApp(tenant, name);
  }

  get app(): Application | undefined {
    return this.#tenant.view.get("Application", this.name) as Application | undefined; // the API server has validated it
  }

  condition(type: ConditionType): Condition | undefined {
    return findCondition(this.app?.status?.conditions, type);
  }

  /** Waits, by the view's events, until this holds; the error tells what the status said instead. */
  async until(what: string, holds: () => boolean): Promise<void> {
    await this.#tenant.until(`${this.name}: ${what}`, holds).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${this.name}: ${JSON.stringify(this.app?.status, undefined, 1)}`, { cause: error });
    });
  }

  /** Waits until the commit (default: any) is applied and everything is healthy. */
  async ready(commit = ""): Promise<void> {
    await this.until(`ready at ${commit}`, () => this.app?.status?.lastAppliedRevision?.endsWith(commit) === true && this.condition("Ready")?.status === "True");
  }

  /** Waits for a condition whose message matches; answers with the message. */
  async saying(type: ConditionType, pattern: RegExp): Promise<string> {
    await this.until(`${type} ${pattern}`, () => pattern.test(this.condition(type)?.message ?? ""));
    return this.condition(type)?.message ?? "";
  }

  /** Asks the API server to delete it; resolves when that is begun. */
  async delete(): Promise<void> {
    await this.#tenant.cluster.client.delete({ apiVersion: API_VERSION, kind: "Application", namespace: this.#tenant.namespace, name: this.name }, { propagationPolicy: "Background" });
  }

  /** Waits until it is gone. */
  async gone(): Promise<void> {
    await this.until("gone", () => this.app === undefined);
  }
}
