import { readFile } from "node:fs/promises";
import { parseOperatorConfig } from "../config.ts";
import type { OperatorOptions } from "../config.ts";
import { runOperator } from "../controllers/operator.ts";
import type { RunCommand } from "./command.ts";
import { UsageError } from "./command.ts";

/** Where Kubernetes puts the namespace of a Pod that has an account. */
const NAMESPACE_FILE = "/var/run/secrets/kubernetes.io/serviceaccount/namespace";

/** Runs the operator until the signal, then drains. */
export const operator: RunCommand<OperatorOptions> = async (options, { env, signal }) => {
  const podNamespace = await readFile(NAMESPACE_FILE, "utf8").then((text) => text.trim(), () => undefined);
  const parsed = parseOperatorConfig(options, { env, podNamespace });
  if (parsed.kind === "Invalid") throw new UsageError(parsed.problems.join("\n"));
  await runOperator(parsed.config, signal);
  return 0;
};
