import type { FileTree } from "../../../sources/file-tree.ts";
import { fetchFirstRef, refsOf } from "../../controllers/first-ref.ts";
import { temporaryRepositories } from "../repositories.ts";

const FETCH_TIMEOUT_MS = 60_000;

/** The files of a repository; `ref`: default its HEAD. What is fetched goes with the stack. */
export async function fetchTree({ url, ref = "" }: { readonly url: string; readonly ref: string | undefined }, stack: AsyncDisposableStack, signal: AbortSignal): Promise<FileTree> {
  const { artifact } = await fetchFirstRef(await temporaryRepositories(stack), { url, refs: refsOf(ref), timeoutMs: FETCH_TIMEOUT_MS }, signal);
  return artifact.tree;
}
