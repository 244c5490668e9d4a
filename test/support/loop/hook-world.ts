/** An Application with hooks on the in-memory cluster; the kubelet is the test. */
import type { Release } from "../../../src/api/release.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { AppWorld } from "./app-world.ts";

/** Annotations of a hook, ours; more after them. */
export const hookOf = (phase: string, more = ""): string => `driftless.dev/hook: ${phase}${more === "" ? "" : `, ${more}`}`;

/** A Job manifest with these annotations, as a flow map without braces. */
export const jobYaml = (name: string, annotations: string, { image = "job:1", spec = "", nameField = "name" }: { readonly image?: string; readonly spec?: string; readonly nameField?: string } = {}): string =>
  `apiVersion: batch/v1\nkind: Job\nmetadata: {${nameField}: ${name}, annotations: {${annotations}}}\nspec:\n  ${spec === "" ? "" : `${spec}\n  `}template: {spec: {restartPolicy: Never, containers: [{name: run, image: "${image}"}]}}\n`;

export class HookWorld extends AppWorld {
  /** Jobs by name, as the server has them. */
  jobs(): string[] {
    return this.names("Job");
  }

  job(name: string): KubeObject | undefined {
    return this.cluster.get({ apiVersion: "batch/v1", kind: "Job", namespace: "apps", name });
  }

  /** The Job's controller and the kubelet: its Pod runs. */
  run(name: string): void {
    this.#status(name, { active: 1, ready: 1, startTime: this.#now() });
  }

  /** Its Pod has ended. */
  end(name: string, how: "Complete" | "Failed" = "Complete"): void {
    const message = how === "Failed" ? { reason: "BackoffLimitExceeded", message: "Job has reached the specified backoff limit" } : {};
    this.#status(name, { active: 0, ready: 0, startTime: this.#now(), ...(how === "Complete" ? { succeeded: 1 } : { failed: 1 }), conditions: [{ type: how, status: "True", lastTransitionTime: this.#now(), ...message }] });
  }

  /** Jobs that were created since a test emptied the requests. */
  created(kind = "Job"): string[] {
    return this.requests.flatMap((request) => (request.startsWith(`create ${kind} `) ? [request.slice(`create ${kind} `.length)] : []));
  }

  /** Releases, oldest first. */
  releases(): Release[] {
    return this.cluster.objects().filter(({ kind }) => kind === "Release") as unknown as Release[]; // they went through the schema
  }

  /** `PreSync migrate Running` for each hook that the newest Release tells of. */
  told(): string[] {
    return (this.releases().at(-1)?.status?.hooks ?? []).map(({ phase, object, state }) => `${phase} ${object.split("/").at(-1)} ${state}`);
  }

  #status(name: string, status: Readonly<Record<string, unknown>>): void {
    this.patch("Job", name, { status } as Parameters<AppWorld["patch"]>[2], { apiVersion: "batch/v1", manager: "kube-controller-manager", subresource: "status" }); // plain JSON
  }

  #now(): string {
    return `${this.clock.now().toISOString().slice(0, 19)}Z`;
  }
}

/** An Application `a` with this content, and what it came to. */
export async function hookWorld(files: Readonly<Record<string, string>>, spec: Parameters<AppWorld["app"]>[1] = {}): Promise<HookWorld> {
  const world = new HookWorld();
  world.app("a", spec);
  await world.settled(files);
  return world;
}
