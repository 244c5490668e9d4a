import { variableNames } from "./rules.ts";
import { anyObject, boolean, integer, listByKey, listOf, mapOf, object, oneOf, optional, setOf, string } from "./schema.ts";
import type { Infer } from "./schema.ts";

const name = (doc: string) => string(doc, { minLength: 1, maxLength: 253 });

const imageSchema = object("Another name or version of an image.", {
  name: name("The image as the manifests name it, without tag and digest."),
  newName: optional(name("What it is called instead.")),
  newTag: optional(string("Its tag.", { minLength: 1, maxLength: 128 })),
  digest: optional(string("Its digest, which counts more than a tag.", { pattern: "^sha(256|512):[0-9a-f]+$", maxLength: 136 })),
});

const targetSchema = object("The objects that a patch is for; what is left out matches all. Names and kinds are regular expressions that have to fit as a whole.", {
  group: optional(string("API group.", { maxLength: 253 })),
  version: optional(string("API version.", { maxLength: 63 })),
  kind: optional(string("Kind.", { maxLength: 253 })),
  name: optional(string("Name.", { maxLength: 253 })),
  namespace: optional(string("Namespace.", { maxLength: 253 })),
  labelSelector: optional(string("Labels, as kubectl -l takes them.")),
  annotationSelector: optional(string("Annotations, likewise.")),
});

const patchSchema = object("A change of some objects.", {
  patch: string("Strategic merge patch or JSON patch (RFC 6902), as YAML or JSON.", { minLength: 1, maxLength: 65_536 }),
  target: optional(targetSchema),
});

const kustomizeSchema = object("A layer on top of what the path builds, with or without a kustomization.yaml there; as if that were a base of it.", {
  namePrefix: optional(string("Put before every name, and every reference to it.", { maxLength: 63 })),
  nameSuffix: optional(string("Put behind every name, and every reference to it.", { maxLength: 63 })),
  namespace: optional(string("Namespace of every object, whatever it names. See also defaultNamespace.", { minLength: 1, maxLength: 63 })),
  commonMetadata: optional(
    object("Put on every object.", {
      labels: optional(mapOf("Labels; selectors and templates stay as they are.", string("Value.", { maxLength: 63 }), 64)),
      annotations: optional(mapOf("Annotations.", string("Value.", { maxLength: 4096 }), 64)),
    }),
  ),
  images: optional(listByKey("Images to replace.", ["name"], imageSchema, 128)),
  replicas: optional(
    listByKey("Replicas of workloads.", ["name"], object("Of one name.", { name: name("Name of the workload before prefix and suffix are put on."), count: integer("How many.", { minimum: 0 }) }), 128),
  ),
  components: optional(listOf("Folders of components (kind: Component), relative to the path.", string("A folder.", { minLength: 1, maxLength: 1024 }), 64)),
  patches: optional(listOf("Applied in order, after the components.", patchSchema, 128)),
  remoteBases: optional(
    oneOf("What becomes of resources and components that are folders of other repositories: Refuse is an error; Fetch fetches them over HTTP(S), without credentials. What follows a branch or tag is looked up at every commit and at sync.resyncInterval.", ["Refuse", "Fetch"], "Refuse"),
  ),
});

const substituteSchema = object("Variables in texts of rendered objects: ${NAME}, ${NAME:-default}, ${NAME:=default}; $${NAME} is the text itself. An object with the annotation driftless.dev/substitute: disabled is left as it is. A variable that is not set is an error.", {
  vars: optional(mapOf("Values by name; they count more than those of `from`.", string("Value.", { maxLength: 65_536 }), 256, [variableNames])),
  from: optional(
    listOf(
      "ConfigMaps and Secrets of this namespace whose keys are variables; later ones count more. Read as the Application's account; a change of one renders again. What comes from Secrets is never shown.",
      object("One of them.", {
        kind: oneOf("Its kind.", ["ConfigMap", "Secret"]),
        name: name("Its name."),
        optional: optional(boolean("It may be missing.", false)),
      }),
      32,
    ),
  ),
});

const path = (doc: string) => string(doc, { minLength: 1, maxLength: 1024 });

const valuesFromSchema = object("A ConfigMap or Secret of this namespace that gives values.", {
  kind: oneOf("Its kind.", ["ConfigMap", "Secret"]),
  name: name("Its name."),
  valuesKey: optional(string("The key whose value is meant: YAML with values, or, with targetPath, one value.", { minLength: 1, maxLength: 253, default: "values.yaml" })),
  targetPath: optional(string("Where one value goes, such as auth.password or hosts[0]; it stays text, whatever it looks like.", { minLength: 1, maxLength: 1024 })),
  optional: optional(boolean("It may be missing, and so may the key.", false)),
});

const parameterSchema = object("One value, as helm --set gives it.", {
  name: path("Where it goes, such as image.tag or hosts[0]; a dot within a name is written \\."),
  value: string("The value.", { maxLength: 65_536 }),
  type: optional(oneOf("Auto reads true, false, null and whole numbers as what they are; String keeps text; JSON reads JSON.", ["Auto", "String", "JSON"], "Auto")),
});

const helmSchema = object("How a chart is rendered, where the path is one (it has a Chart.yaml). Values count in this order, the last one most: the chart's own, valuesFiles, valuesFrom, values, parameters.", {
  releaseName: optional(string("Name of the release; default the Application's name.", { minLength: 1, maxLength: 53, pattern: "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$" })),
  version: optional(oneOf("The Helm whose rules are followed: v4 (4.3) or v3 (3.22).", ["v4", "v3"], "v4")),
  valuesFiles: optional(listOf("Files with values, relative to the path; they may lie anywhere in the repository.", path("A file."), 64)),
  valuesFrom: optional(listOf("Values of ConfigMaps and Secrets, read as the Application's account; a change of one renders again. What comes from Secrets is never shown.", valuesFromSchema, 32)),
  values: optional(anyObject("Values.")),
  parameters: optional(listByKey("Single values.", ["name"], parameterSchema, 256)),
  includeCrds: optional(boolean("The files of crds/ are part of it.", true)),
  skipTests: optional(boolean("Hooks of `helm test` are left out.", true)),
  recordRelease: optional(boolean("Helm's own record of what is applied is kept, in Secrets of the release's namespace and with the values and Secrets in it, so that helm ls, get and history tell of it. Objects then carry Helm's marks.", false)),
  skipSchemaValidation: optional(boolean("values.schema.json is not looked at.", false)),
  kubeVersion: optional(string("Kubernetes that the chart is told, such as v1.33.4; default the cluster's.", { pattern: "^v?[0-9]+(\\.[0-9]+)+", maxLength: 64 })),
  apiVersions: optional(setOf("API versions that the chart is told besides the cluster's, such as monitoring.coreos.com/v1 or monitoring.coreos.com/v1/ServiceMonitor.", string("A version.", { minLength: 1, maxLength: 253 }), 256)),
});

/** `spec.render` of an Application. */
export const renderSchema = object("How the path is rendered, beyond what it says itself.", {
  helm: optional(helmSchema),
  kustomize: optional(kustomizeSchema),
  substitute: optional(substituteSchema),
});

/** `spec.render.helm`. */
export type HelmSpec = Infer<typeof helmSchema>;
/** `spec.render.kustomize`. */
export type KustomizeSpec = Infer<typeof kustomizeSchema>;
/** `spec.render.substitute`. */
export type SubstituteSpec = Infer<typeof substituteSchema>;
