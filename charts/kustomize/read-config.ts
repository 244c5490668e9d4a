import type { TreeFiles } from "../tree-files.ts";
import type { Resolved } from "../tree-path.ts";
import { flag, listOf, recordOf, text, type Decoded, type Flaw } from "./decode.ts";
import type { FieldSpec } from "./field-path.ts";
import { flawIn } from "./layer-files.ts";
import type { NameReferences } from "./name-references.ts";
import { EMPTY_CONFIG, mergeConfigs, sortConfig, type TransformerConfig } from "./transformer-config.ts";

const kinds = { group: text, version: text, kind: text };

/** A field of some kinds as it is written in a file. */
export const fieldSpec = recordOf({ ...kinds, path: text, create: flag });

const specs = listOf(fieldSpec);

const config = recordOf({
  namePrefix: specs, nameSuffix: specs, namespace: specs, commonLabels: specs, labels: specs, templateLabels: specs, commonAnnotations: specs,
  nameReference: listOf(recordOf({ ...kinds, fieldSpecs: specs })), varReference: specs, images: specs, replicas: specs,
});

/** Fields of one file: each is looked for in every object of its kind. */
const MAX_FIELDS = 3000;

/** The fields that a file of `configurations` names. Throws BUILD_FAILED with file, line and column. */
export function readConfig(files: TreeFiles, file: Resolved): TransformerConfig {
  return files.parsed("kustomize-config", file, () => {
    const flaws: Flaw[] = [];
    const fields = config(files.documents(file)[0]?.value ?? {}, [], flaws) ?? {};
    const count = Object.values(fields).reduce((sum, list) => sum + (list?.length ?? 0), 0) + (fields.nameReference ?? []).reduce((sum, { fieldSpecs = [] }) => sum + fieldSpecs.length, 0);
    if (count > MAX_FIELDS) flaws.push({ path: [], message: `names ${count} fields, ${MAX_FIELDS} are the most` });
    const [flaw] = flaws;
    if (flaw === undefined) return mergeConfigs(EMPTY_CONFIG, sortConfig(configOf(fields)));
    throw flawIn(files, file, flaw);
  });
}

/** A spec without a path leads nowhere, as an empty one does. */
export const toSpec = (spec: Decoded<typeof fieldSpec>): FieldSpec => ({ ...spec, path: spec.path ?? "" });

function configOf(fields: Decoded<typeof config>): TransformerConfig {
  const specsOf = (field: Exclude<keyof TransformerConfig, "nameReference">): FieldSpec[] => (fields[field] ?? []).map(toSpec);
  const references = (fields.nameReference ?? []).map(({ fieldSpecs = [], ...target }): NameReferences => ({ target, fields: fieldSpecs.map(toSpec) }));
  return {
    namePrefix: specsOf("namePrefix"), nameSuffix: specsOf("nameSuffix"), namespace: specsOf("namespace"),
    commonLabels: specsOf("commonLabels"), labels: specsOf("labels"), templateLabels: specsOf("templateLabels"), commonAnnotations: specsOf("commonAnnotations"),
    nameReference: references, varReference: specsOf("varReference"), images: specsOf("images"), replicas: specsOf("replicas"),
  };
}
