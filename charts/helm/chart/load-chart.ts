import { combineErrors, ReconcileError } from "../../../src/errors.ts";
import type { TreeFiles } from "../../tree-files.ts";
import type { Resolved } from "../../tree-path.ts";
import { assembleChart, type Assembly } from "./assemble.ts";
import { unpackChart } from "./archive.ts";
import type { HelmVersion } from "../input.ts";
import { TreeFile, type LoadedFile } from "./chart-files.ts";
import type { Chart } from "./chart.ts";
import { walkFolder } from "./walk-folder.ts";

/** Bytes of all archives of one chart when they are unpacked. */
const MAX_UNPACKED = 64 * 1024 * 1024;

/** A chart out of an archive, kept by the archive's content. */
interface UnpackedChart {
  readonly chart: Chart;
  readonly warnings: readonly string[];
  /** Bytes of it and of the archives within. */
  readonly bytes: number;
}

/**
 * The chart in a folder (or a packed chart, where the path leads to an archive), as Helm's loader reads it, with all that
 * is vendored in charts/; `version`: of the Helm that reads it, default "v4". Throws PATH_NOT_FOUND, LIMIT_EXCEEDED, or BUILD_FAILED with every problem that was found.
 */
export function loadChart(files: TreeFiles, folder: string, warnings: string[], version: HelmVersion = "v4"): Chart {
  const at = files.resolve(folder);
  if (at === undefined) throw new ReconcileError("PATH_NOT_FOUND", `no chart at "${folder}": there is nothing in the repository`);
  const loader = new Loader(files, warnings, version);
  const chart = at.kind === "file" ? loader.unpackFile(new TreeFile(files, at, at.path), at) : loader.loadFolder(at.path);
  if (loader.problems.length > 0) throw combineErrors("BUILD_FAILED", loader.problems);
  if (chart === undefined) throw new ReconcileError("INTERNAL", `the chart at "${folder}" was not loaded, and no problem is known`);
  if (chart.metadata.apiVersion !== "v1" && chart.metadata.apiVersion !== "v2") {
    throw new ReconcileError("BUILD_FAILED", `apiVersion "${chart.metadata.apiVersion}" is not supported; it must be v1 or v2`, { position: { file: at.kind === "file" ? at.path : `${at.path === "" ? "" : `${at.path}/`}Chart.yaml` } });
  }
  return chart;
}

/** One loading: what is found wrong, and how much may still be unpacked. */
class Loader {
  readonly problems: ReconcileError[] = [];
  readonly #files: TreeFiles;
  readonly #warnings: string[];
  readonly #version: HelmVersion;
  #left = MAX_UNPACKED;

  constructor(files: TreeFiles, warnings: string[], version: HelmVersion) {
    this.#files = files;
    this.#warnings = warnings;
    this.#version = version;
  }

  loadFolder(folder: string): Chart | undefined {
    const found = walkFolder(this.#files, folder, this.#warnings);
    const assembly: Assembly = { version: this.#version, warnings: this.#warnings, problems: this.problems, unpack: (file) => this.unpackFile(file, this.#files.resolve(file.path)) };
    return assembleChart(found, { path: folder, depth: 0 }, assembly);
  }

  /** A chart out of an archive of the repository. */
  unpackFile(file: LoadedFile, at: Resolved | undefined): Chart | undefined {
    if (at === undefined) return undefined;
    const { chart, warnings, bytes } = this.#files.parsedBytes(
      `helm archive ${this.#version} ${at.path}`,
      at,
      (packed) => unpackAll({ path: file.path, id: at.id, bytes: packed, left: this.#left, version: this.#version }),
      (unpacked) => unpacked.bytes,
    );
    this.#left -= bytes;
    if (this.#left < 0) throw tooMuch(file.path);
    this.#warnings.push(...warnings);
    return chart;
  }
}

const tooMuch = (path: string): ReconcileError => new ReconcileError("LIMIT_EXCEEDED", `the archives of the chart unpack to more than ${MAX_UNPACKED / 1024 / 1024} MiB`, { position: { file: path } });

interface Archive {
  readonly path: string;
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly version: HelmVersion;
  left: number;
}

/** Unpacks an archive and those within. Throws BUILD_FAILED with every problem, LIMIT_EXCEEDED. */
function unpackAll(archive: Archive): UnpackedChart {
  const problems: ReconcileError[] = [];
  const warnings: string[] = [];
  let total = 0;
  const unpack = ({ path, id, bytes }: { readonly path: string; readonly id: string; readonly bytes: Uint8Array }, depth: number): Chart | undefined => {
    const unpacked = unpackChart({ path, id, bytes, maxBytes: archive.left - total });
    total += unpacked.bytes;
    return assembleChart(unpacked.files, { path, depth }, { version: archive.version, warnings, problems, unpack });
  };
  const chart = unpack(archive, 0);
  if (chart === undefined || problems.length > 0) throw combineErrors("BUILD_FAILED", problems);
  return { chart, warnings, bytes: total };
}
