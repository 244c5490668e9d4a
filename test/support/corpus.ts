import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../shared/corpus/", import.meta.url));

/**
 * Path of a file of the corpus beside the checkout, or undefined where there is no corpus: the test is then skipped with
 * a printed reason. With CI=true absence is a failure, so that a green run always means that the corpus was read.
 */
export function corpusPath(...parts: string[]): string | undefined {
  const path = `${ROOT}${parts.join("/")}`;
  if (existsSync(path)) return path;
  const text = `no corpus at ../shared/corpus/${parts.join("/")}`;
  if (process.env["CI"] === "true") throw new Error(`${text}: it must be there in CI`);
  console.warn(`${text}: its tests are skipped`);
  return undefined;
}
