import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** kubectl with one kubeconfig. Rejects with what kubectl printed. */
export type Kubectl = (...args: readonly string[]) => Promise<string>;

/** kubectl at this path, always with this kubeconfig. */
export function kubectlWith(path: string, kubeconfig: string): Kubectl {
  return async (...args) => {
    try {
      return (await run(path, ["--kubeconfig", kubeconfig, ...args])).stdout;
    } catch (error) {
      const stderr = (error as { stderr?: string }).stderr?.trim(); // execFile adds what the program printed
      throw new Error(`kubectl ${args.join(" ")}: ${stderr === undefined || stderr === "" ? String(error) : stderr}`, { cause: error });
    }
  };
}

/** The kubectl that the user has, or undefined. */
export async function findKubectl(pathVariable: string): Promise<string | undefined> {
  for (const dir of pathVariable.split(delimiter)) {
    const candidate = join(dir, "kubectl");
    if (dir !== "" && (await access(candidate).then(() => true, () => false))) return candidate;
  }
  return undefined;
}
