import { join } from "node:path";
import { DEFAULT_NAMESPACE } from "../../src/cli/install/names.ts";
import { startOperatorProcess } from "../../src/cli/up/operator-process.ts";
import type { OperatorProcess } from "../../src/cli/up/operator-process.ts";
import { BUNDLE } from "./rig.ts";
import type { Rig } from "./rig.ts";

/** Another operator with the account and the cache of the one before, which has ended. */
export async function startAgain({ cluster: { dir, supervisor } }: Pick<Rig, "cluster">): Promise<OperatorProcess> {
  const operator = await startOperatorProcess({
    kubeconfig: join(dir, "operator.kubeconfig"),
    cacheDir: join(dir, "cache"),
    logFile: join(dir, "operator.log"),
    namespace: DEFAULT_NAMESPACE,
    supervisor,
    script: BUNDLE,
  });
  await operator.ready;
  return operator;
}
