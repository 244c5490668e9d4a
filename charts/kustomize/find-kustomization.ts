import { ReconcileError } from "../../src/errors.ts";
import type { TreeFiles } from "../tree-files.ts";
import type { Resolved } from "../tree-path.ts";

/** File names that make a folder a kustomization. */
export const KUSTOMIZATION_NAMES: readonly string[] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/** The kustomization file of a folder, or undefined where it has none. Throws BUILD_FAILED where it has several. */
export function kustomizationIn(files: TreeFiles, folder: string): Resolved | undefined {
  const found = KUSTOMIZATION_NAMES.flatMap((name) => {
    const target = files.resolve(folder === "" ? name : `${folder}/${name}`);
    return target?.kind === "file" ? [{ name, target }] : [];
  });
  if (found.length > 1) throw new ReconcileError("BUILD_FAILED", `has both ${found.map(({ name }) => name).join(" and ")}; keep one`, { position: { file: folder || "." } });
  return found[0]?.target;
}

/** The same for a folder that must have one. */
export function demandKustomization(files: TreeFiles, folder: string): Resolved {
  const found = kustomizationIn(files, folder);
  if (found === undefined) throw new Error(`${folder || "."} has no kustomization.yaml; list its files, or add one`);
  return found;
}
