import type { KustomizeSpec } from "../src/api/render-spec.ts";
import { messageOf, ReconcileError } from "../src/errors.ts";
import { runLayer } from "./kustomize/accumulate.ts";
import type { Build, Gathered, Layer } from "./kustomize/build.ts";
import { formatPath, type Path } from "./kustomize/decode.ts";
import type { FieldSpec } from "./kustomize/field-path.ts";
import { METADATA_LABELS } from "./kustomize/field-specs.ts";
import type { Kustomization, KustomizationFile } from "./kustomize/kustomization.ts";
import { setPairs, type Pairs } from "./kustomize/labels.ts";
import { layerFiles } from "./kustomize/layer-files.ts";
import { BUILT } from "./kustomize/origin-path.ts";
import type { OnTop } from "./kustomize/render.ts";

/** Where an Application says what is laid over its path. */
const FIELD = "spec.render.kustomize";

const METADATA_ANNOTATIONS: FieldSpec = { path: "metadata/annotations", create: true };

/**
 * The Application's own layer over what a folder builds, as a kustomization.yaml with that folder as its base would have
 * it; paths of components are relative to the folder. What is wrong with it is told with the field of the Application.
 */
export function overlayOf(overlay: KustomizeSpec, folder: string): OnTop {
  return (build, below) => {
    const file = fileOf(overlay);
    const layer: Layer = { folder, place: BUILT, file, files: layerFiles(build, folder), chain: [folder] };
    return withCommonMetadata(runLayer(build, layer, below), overlay, build);
  };
}

/** True for an overlay that changes nothing; what may be fetched is no change. */
export const isEmptyOverlay = ({ remoteBases: _policy, ...overlay }: KustomizeSpec): boolean => Object.values(overlay).every((value) => value === undefined || value === "" || (typeof value === "object" && Object.keys(value).length === 0));

function fileOf({ namePrefix, nameSuffix, namespace, images, replicas, components, patches }: KustomizeSpec): KustomizationFile {
  const fields: Kustomization = { namePrefix, nameSuffix, namespace, images, replicas, components, patches };
  return { file: FIELD, fields, isComponent: false, problem, lineOf: () => 1 };
}

const problem = (path: Path, message: string, cause?: unknown): ReconcileError => new ReconcileError("BUILD_FAILED", message, { position: { file: `${FIELD}.${formatPath(path)}` }, cause });

/** On the objects themselves and nowhere in them: selectors cannot be changed, and templates would roll out anew. */
function withCommonMetadata(gathered: Gathered, { commonMetadata = {} }: KustomizeSpec, build: Build): Gathered {
  const { labels = {}, annotations = {} } = commonMetadata;
  const set = (field: keyof typeof commonMetadata, pairs: Pairs, spec: FieldSpec, resources: Gathered["resources"]): Gathered["resources"] => {
    build.spend(resources.length);
    try {
      return setPairs(resources, pairs, [spec], build.spend);
    } catch (error) {
      throw error instanceof ReconcileError ? error : problem(["commonMetadata", field], messageOf(error), error);
    }
  };
  return { ...gathered, resources: set("annotations", annotations, METADATA_ANNOTATIONS, set("labels", labels, METADATA_LABELS, gathered.resources)) };
}
