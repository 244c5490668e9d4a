import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Kubectl } from "../../../src/cli/up/kubectl.ts";
import { systemClock } from "../../../src/controllers/clock.ts";
import { HttpClusterClient } from "../../../src/kube/client.ts";
import { loadClusterAccess } from "../../../src/kube/config.ts";
import type { JsonObject } from "../../../src/object/json.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import type { ObjectRef } from "../../../src/ports.ts";
import type { AuditedPlane } from "../../support/audited-plane.ts";
import type { EditedKind } from "./author-edits.ts";

/** A program that is not kubectl. */
interface Client {
  readonly userAgent: string;
  readonly user: string;
  readonly manager?: string;
}

/** What edits are made with: the real kubectl, and HTTP as other programs. */
export class EditHands {
  readonly namespace: string;
  readonly #world: AuditedPlane;
  readonly #stack: AsyncDisposableStack;
  readonly #manifest: (kind: EditedKind, name: string) => KubeObject;
  readonly #kubectls = new Map<string, Promise<Kubectl>>();
  readonly #clients = new Map<string, Promise<HttpClusterClient>>();
  #files = 0;

  constructor(world: AuditedPlane, namespace: string, manifest: (kind: EditedKind, name: string) => KubeObject, stack: AsyncDisposableStack) {
    this.#world = world;
    this.namespace = namespace;
    this.#manifest = manifest;
    this.#stack = stack;
  }

  /** Runs kubectl as a user. */
  async kubectl(user: string, ...args: readonly string[]): Promise<string> {
    const made = this.#kubectls.get(user) ?? this.#world.as(user, ["shop-team"]);
    this.#kubectls.set(user, made);
    return (await made)("-n", this.namespace, ...args);
  }

  /** `kubectl edit` whose editor replaces a text. One at a time: the editor is named by the environment. */
  async edit(user: string, object: string, from: string, to: string): Promise<string> {
    process.env["KUBE_EDITOR"] = `sed -i 's#${from}#${to}#'`;
    return this.kubectl(user, "edit", object);
  }

  /** A command that takes a manifest, with a change in it. */
  async withFile(user: string, args: readonly string[], kind: EditedKind, name: string, change: (object: KubeObject) => KubeObject): Promise<string> {
    this.#files += 1;
    const path = join(this.#world.cluster.dir, `edit-${this.#files}.json`);
    await writeFile(path, JSON.stringify(change(this.#manifest(kind, name))));
    return this.kubectl(user, ...args, "-f", path);
  }

  /** A merge patch by another program. */
  async patch(program: Client, ref: ObjectRef, body: JsonObject, subresource: string | undefined): Promise<KubeObject> {
    const { manager: fieldManager } = program;
    return (await this.#client(program)).patch(ref, body, { type: "merge", ...(subresource === undefined ? {} : { subresource }), ...(fieldManager === undefined ? {} : { fieldManager }) });
  }

  /** A server-side apply by another program. */
  async apply(program: Client, object: KubeObject, fieldManager: string): Promise<unknown> {
    return (await this.#client(program)).apply(object, { fieldManager, force: true });
  }

  #client(program: Client): Promise<HttpClusterClient> {
    const key = JSON.stringify([program.user, program.userAgent]);
    const made = this.#clients.get(key) ?? this.#open(program);
    this.#clients.set(key, made);
    return made;
  }

  async #open({ user, userAgent }: Client): Promise<HttpClusterClient> {
    const name = `h${user.replace(/[^a-z0-9]/g, "-")}`;
    const kubeconfig = await this.#world.plane.writeKubeconfig({ name, user, groups: ["system:masters"] });
    const client = new HttpClusterClient(await loadClusterAccess({ kubeconfig }), { clock: systemClock, random: Math.random, userAgent });
    this.#stack.defer(() => client.close());
    return client;
  }
}
