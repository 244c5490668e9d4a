import { join } from "node:path";
import { DEFAULT_NAMESPACE } from "../../src/cli/install/names.ts";
import { startOperatorProcess } from "../../src/cli/up/operator-process.ts";
import type { OperatorProcess } from "../../src/cli/up/operator-process.ts";
import type { Rig } from "./rig.ts";

/** Another operator with the account, the cache and the webhook port of the one before, which has ended. */
export async function startAgain({ cluster: { dir, supervisor }, operator: { webhookUrl }, script }: Pick<Rig, "cluster" | "operator" | "script">): Promise<OperatorProcess> {
  const operator = await startOperatorProcess({
    kubeconfig: join(dir, "operator.kubeconfig"),
    cacheDir: join(dir, "cache"),
    logFile: join(dir, "operator.log"),
    namespace: DEFAULT_NAMESPACE,
    supervisor,
    script,
    webhookPort: Number(new URL(webhookUrl).port),
  });
  await operator.ready;
  return operator;
}
