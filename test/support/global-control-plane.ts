import type { TestProject } from "vitest/node";
import { startControlPlane, type ControlPlane } from "../../src/sandbox/control-plane.ts";
import type { Assets } from "../../src/sandbox/assets.ts";

/** What tests get to know of the control plane they share. */
export interface SharedControlPlane {
  readonly url: string;
  readonly caPem: string;
  /** Kubeconfig of a cluster administrator. */
  readonly kubeconfigPath: string;
  /** Throwaway folder with `logs/NAME.log` and `audit.log` (an audit event per request, JSON lines). */
  readonly dir: string;
  readonly auditLog: string;
  readonly assets: Assets;
}

declare module "vitest" {
  interface ProvidedContext {
    controlPlane: SharedControlPlane;
  }
}

interface Shared {
  users: number;
  readonly controlPlane: Promise<ControlPlane>;
}

/** Every project loads this file anew; the process is what they have in common. */
const KEY = Symbol.for("driftless.test.control-plane");
const holder = globalThis as { [KEY]?: Shared };

/** Vitest calls this once per project; the first starts a full control plane and the last one stops it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = (holder[KEY] ??= { users: 0, controlPlane: start() });
  shared.users++;
  project.provide("controlPlane", describe(await shared.controlPlane));
  return async () => {
    shared.users--;
    if (shared.users > 0) return;
    delete holder[KEY];
    await (await shared.controlPlane).stop();
  };
}

async function start(): Promise<ControlPlane> {
  return startControlPlane({ tier: "full", auditLog: "audit.log", onProgress: (line) => console.error(`[control plane] ${line}`) });
}

function describe({ url, caPem, kubeconfigPath, dir, assets, auditLog }: ControlPlane): SharedControlPlane {
  return { url, caPem, kubeconfigPath, dir, assets, auditLog: auditLog ?? "" };
}
