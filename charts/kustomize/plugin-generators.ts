import { messageOf } from "../../src/errors.ts";
import type { JsonObject } from "../../src/object/json.ts";
import type { ManifestDocument } from "../../src/object/yaml.ts";
import { flag, listOf, text, texts } from "./decode.ts";
import { generateConfigMap, generateSecret, type Generated } from "./generators.ts";
import { looseRecord, looseText, readPlugin } from "./plugin-config.ts";
import type { PluginContext } from "./plugin-context.ts";
import { readManifests } from "./read-manifests.ts";

const options = looseRecord({ labels: texts, annotations: texts, disableNameSuffixHash: flag, immutable: flag });
const metadata = looseRecord({ name: looseText, namespace: looseText });
const sources = { metadata, name: text, namespace: text, behavior: text, literals: listOf(text), files: listOf(text), envs: listOf(text), options };
const configMap = looseRecord(sources);
const secret = looseRecord({ ...sources, type: text });
const account = looseRecord({ cloud: text, kubernetesService: looseRecord({ name: text, namespace: text }), serviceAccount: looseRecord({ name: text, projectId: text }) });

interface Named {
  readonly metadata?: { readonly name?: string | undefined; readonly namespace?: string | undefined } | undefined;
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
}

/** Name and namespace are those of the configuration itself where it says no others. */
function named<Entry extends Named>({ metadata: own, ...entry }: Entry): Omit<Entry, "metadata"> {
  return { ...entry, name: entry.name || own?.name, namespace: entry.namespace || own?.namespace };
}

/** A ConfigMap. `generatorOptions` and the old field `env` are for a kustomization.yaml alone. */
export function configMapOf(config: JsonObject, { files }: PluginContext): Generated[] {
  return [generateConfigMap(named(readPlugin(config, configMap)), undefined, (path) => files.data(path))];
}

/** A Secret, likewise. */
export function secretOf(config: JsonObject, { files }: PluginContext): Generated[] {
  return [generateSecret(named(readPlugin(config, secret)), undefined, (path) => files.data(path))];
}

/** A ServiceAccount that stands for one of Google Cloud. kustomize puts the texts into YAML unquoted, so that a name like `1` is a number there too. */
export function serviceAccountOf(config: JsonObject): Generated[] {
  const { cloud = "", kubernetesService: { name = "", namespace = "" } = {}, serviceAccount = {} } = readPlugin(config, account);
  if (cloud !== "gke") throw new Error(`cloud: "${cloud}" is not known; gke is`);
  const yaml = `apiVersion: v1
kind: ServiceAccount
metadata:
  annotations:
    iam.gke.io/gcp-service-account: ${serviceAccount.name ?? ""}@${serviceAccount.projectId ?? ""}.iam.gserviceaccount.com
  name: ${name}
${namespace === "" ? "" : `\n  namespace: ${namespace}`}`;
  return manifestsOf(yaml).map(({ value }) => ({ value, needsHash: false, behavior: undefined }));
}

function manifestsOf(yaml: string): readonly ManifestDocument[] {
  try {
    return readManifests(yaml, "generated");
  } catch (error) {
    throw new Error(`names and project do not make YAML: ${messageOf(error)}`, { cause: error });
  }
}
