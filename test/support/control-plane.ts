import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { inject } from "vitest";
import type { SharedControlPlane } from "./global-control-plane.ts";

/** The control plane that all test files of a run share; only in projects whose globalSetup is `global-control-plane.ts`. */
export function sharedControlPlane(): SharedControlPlane {
  return inject("controlPlane");
}

/** Where a kubectl comes from and whom it speaks for. Default: the administrator of the shared control plane. */
export interface KubectlOptions {
  readonly kubectl?: string;
  readonly kubeconfigPath?: string;
  /** Standard input, for `apply -f -`. */
  readonly input?: string;
}

/** Runs kubectl and returns what it prints; its error text becomes the error. */
export async function kubectl(args: readonly string[], options: KubectlOptions = {}): Promise<string> {
  const program = options.kubectl ?? sharedControlPlane().assets.kubectl;
  const kubeconfig = options.kubeconfigPath ?? sharedControlPlane().kubeconfigPath;
  return new Promise((resolve, reject) => {
    const child = execFile(program, ["--kubeconfig", kubeconfig, ...args], { maxBuffer: 64 * 1024 ** 2 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`kubectl ${args.join(" ")}: ${stderr.trim() || error.message}`, { cause: error }));
    });
    child.stdin?.end(options.input ?? "");
  });
}

/** A name that no other test uses, for namespaces and cluster-wide objects: `shop-3fa94c`. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(3).toString("hex")}`;
}

/** Creates a namespace with a unique name for one test file or test; it goes with the control plane. */
export async function createNamespace(prefix: string): Promise<string> {
  const name = uniqueName(prefix);
  await kubectl(["create", "namespace", name]);
  return name;
}
