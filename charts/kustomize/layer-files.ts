import { messageOf, ReconcileError } from "../../src/errors.ts";
import type { Json } from "../../src/object/json.ts";
import { locateField, type ManifestDocument } from "../../src/object/yaml.ts";
import type { Spend } from "../budget.ts";
import type { TreeFiles } from "../tree-files.ts";
import type { Resolved } from "../tree-path.ts";
import { formatPath, type Flaw } from "./decode.ts";
import type { PatchReader } from "./layer.ts";
import { chosenTypes, type Schema } from "./layer-schema.ts";
import { resolveFile, type LoadRestriction } from "./load-path.ts";
import { readManifests } from "./read-manifests.ts";
import { readPatch } from "./read-patch.ts";

/** The files that one layer may read, by their paths from its folder. */
export interface LayerFiles extends PatchReader {
  /** Throws Error where there is none, or where the layer may not read it. */
  resolve(path: string): Resolved;
  /** The bytes of a file, which a generator takes in. */
  data(path: string): Uint8Array;
  /** The objects of a file. */
  manifests(file: Resolved): readonly ManifestDocument[];
}

/** What all layers of a build read with. */
export interface Reading {
  readonly files: TreeFiles;
  readonly restriction: LoadRestriction;
  readonly schema: Schema;
  readonly spend: Spend;
}

/** The files of a layer. */
export function layerFiles({ files, restriction, schema, spend }: Reading, folder: string): LayerFiles {
  const own = files.mountOf(folder) === undefined ? restriction : "RootOnly"; // what comes from elsewhere is never let out, as in kustomize
  const resolve = (path: string): Resolved => resolveFile(files, folder, path, own);
  const manifests = (file: Resolved): readonly ManifestDocument[] => files.parsed("kustomize", file, (text) => readManifests(text, file.path));
  return {
    resolve,
    manifests,
    spend,
    typeOf: () => chosenTypes(schema),
    data: (path) => {
      const bytes = files.bytes(resolve(path));
      spend(bytes.length / 10);
      return bytes;
    },
    file: (path) => {
      const file = resolve(path);
      return files.parsed("kustomize-patch", file, (text) => readPatch(text, file.path));
    },
    decoded: (path, decode) => {
      const file = resolve(path);
      const flaws: Flaw[] = [];
      const value = decode(files.documents(file)[0]?.value ?? null, flaws);
      const [flaw] = flaws;
      if (flaw !== undefined) throw flawIn(files, file, flaw);
      return value;
    },
    inline: (text) => {
      spend(text.length / 10);
      return readInline(text);
    },
    exists: (path) => files.resolve(files.join(folder, path) ?? "")?.kind === "file",
  };
}

/** The error for a flaw of the first document of a file, with its place. */
export function flawIn(files: TreeFiles, file: Resolved, { path, message }: Flaw): ReconcileError {
  const place = locateField(files.text(file), 0, path);
  return new ReconcileError("BUILD_FAILED", path.length === 0 ? message : `${formatPath(path)}: ${message}`, { position: { file: file.path, ...place } });
}

/** A text has no file of its own: its problems are told with the line within it. */
function readInline(text: string): readonly Json[] {
  try {
    return readPatch(text, "patch");
  } catch (error) {
    throw new Error(messageOf(error), { cause: error });
  }
}
