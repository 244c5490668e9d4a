/** What the API server fills in: defaults of built-in kinds, as far as objects of tests use them. */
import { isJsonObject } from "../../../src/object/json.ts";
import type { Json, JsonObject } from "../../../src/object/json.ts";
import { freeze, mapItems, objectAt, textAt, withMember, withValueAt } from "./plain.ts";

type Fill = (object: JsonObject) => JsonObject;

/** The object with its defaults; the very object where none was missing. */
export function withDefaults(group: string, kind: string, object: JsonObject): JsonObject {
  return (FILLS[`${group}/${kind}`] ?? same)(object);
}

const same: Fill = (object) => object;

/** Members that get these values where they are absent. */
const absent = (values: JsonObject): Fill => (object) => Object.entries(values).reduce((all, [name, value]) => (all[name] === undefined ? withMember(all, name, value) : all), object);

/** The rule for a member that is an object, made where it is absent. */
const within = (name: string, fill: Fill): Fill => (object) => withMember(object, name, fill(objectAt(object, name)));

/** The rule for a member that is there. */
const ifThere = (name: string, fill: Fill): Fill => (object) => (isJsonObject(object[name]) ? within(name, fill)(object) : object);

/** The rule for each item of a list. */
const each = (name: string, fill: Fill): Fill => (object) => {
  const items = object[name];
  return Array.isArray(items) ? withMember(object, name, mapItems(items as readonly Json[], (item) => (isJsonObject(item) ? fill(item) : item))) : object;
};

const all = (...fills: readonly Fill[]): Fill => (object) => fills.reduce((filled, fill) => fill(filled), object);

const pullPolicy: Fill = (container) => {
  const image = textAt(container, "image") ?? "";
  const tag = /:([^/]*)$/.exec(image)?.[1] ?? "latest";
  return absent({ imagePullPolicy: tag === "latest" ? "Always" : "IfNotPresent" })(container);
};

const env: Fill = ifThere("valueFrom", ifThere("fieldRef", absent({ apiVersion: "v1" })));
const container = all(absent({ resources: freeze({}), terminationMessagePath: "/dev/termination-log", terminationMessagePolicy: "File" }), pullPolicy, each("ports", absent({ protocol: "TCP" })), each("env", env));
const volume = all(...["configMap", "secret"].map((name) => ifThere(name, absent({ defaultMode: 420 }))));
const podSpec = all(
  absent({ restartPolicy: "Always", terminationGracePeriodSeconds: 30, dnsPolicy: "ClusterFirst", schedulerName: "default-scheduler", securityContext: freeze({}) }),
  each("containers", container), each("initContainers", container), each("volumes", volume),
);
const template = ifThere("template", within("spec", podSpec));

const rolling: Fill = (strategy) => {
  const typed = absent({ type: "RollingUpdate" })(strategy);
  return typed["type"] === "RollingUpdate" ? within("rollingUpdate", absent({ maxUnavailable: "25%", maxSurge: "25%" }))(typed) : typed;
};

const servicePort: Fill = (port) => absent({ protocol: "TCP", ...(port["port"] === undefined ? {} : { targetPort: port["port"] }) })(port);

const secret: Fill = (object) => {
  const { stringData, ...rest } = object;
  if (!isJsonObject(stringData)) return absent({ type: "Opaque" })(object);
  const encoded = Object.fromEntries(Object.entries(stringData).map(([name, value]) => [name, Buffer.from(typeof value === "string" ? value : "").toString("base64")]));
  return absent({ type: "Opaque" })(freeze({ ...rest, data: freeze({ ...objectAt(object, "data"), ...encoded }) }));
};

const namespace: Fill = (object) => withValueAt(object, ["metadata", "labels", "kubernetes.io/metadata.name"], textAt(object, "metadata", "name"));

const definition: Fill = within("spec", all(
  absent({ conversion: freeze({ strategy: "None" }) }),
  (spec) => within("names", absent({ singular: (textAt(spec, "names", "kind") ?? "").toLowerCase(), listKind: `${textAt(spec, "names", "kind") ?? ""}List` }))(spec),
));

const subject: Fill = (object) => (object["kind"] === "ServiceAccount" ? object : absent({ apiGroup: "rbac.authorization.k8s.io" })(object));
const binding = all(within("roleRef", absent({ apiGroup: "rbac.authorization.k8s.io" })), each("subjects", subject));

const FILLS: Readonly<Record<string, Fill>> = {
  "/Namespace": namespace,
  "/Secret": secret,
  "/Service": within("spec", all(absent({ type: "ClusterIP", sessionAffinity: "None", internalTrafficPolicy: "Cluster" }), each("ports", servicePort))),
  "/PersistentVolumeClaim": within("spec", absent({ volumeMode: "Filesystem" })),
  "apps/Deployment": within("spec", all(absent({ replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 }), within("strategy", rolling), template)),
  "apps/StatefulSet": within("spec", all(
    absent({ replicas: 1, revisionHistoryLimit: 10, podManagementPolicy: "OrderedReady" }),
    within("updateStrategy", absent({ type: "RollingUpdate", rollingUpdate: freeze({ partition: 0 }) })),
    within("persistentVolumeClaimRetentionPolicy", absent({ whenDeleted: "Retain", whenScaled: "Retain" })),
    template,
  )),
  "batch/Job": within("spec", all(absent({ parallelism: 1, completions: 1, backoffLimit: 6, completionMode: "NonIndexed", suspend: false }), template)),
  "rbac.authorization.k8s.io/RoleBinding": binding,
  "rbac.authorization.k8s.io/ClusterRoleBinding": binding,
  "apiextensions.k8s.io/CustomResourceDefinition": definition,
};
