import { fn } from "./functions/define.ts";
import { FieldMap, GoList, GoMap, GoObject, type GoFunction, type GoValue } from "./go/value.ts";
import { DEFAULT_API_VERSIONS } from "./default-api-versions.ts";
import { HELM_RELEASES, type HelmRelease } from "./helm-release.ts";
import type { HelmVersion } from "./input.ts";

/** What a cluster can do, as far as charts ask. */
export interface CapabilitiesInput {
  /** As the cluster tells it: `v1.33.4-gke.1245000`. Default what Helm takes without a cluster. */
  readonly kubeVersion?: string | undefined;
  /** `apps/v1`, and `apps/v1/Deployment` for kinds. Default what Helm takes without a cluster. */
  readonly apiVersions?: readonly string[] | undefined;
  /** The version was told by the cluster, not by a user. Helm 3 shows that as it is, and takes what vendors add off any other. Default false. */
  readonly isOfCluster?: boolean | undefined;
}

/** Whose rules are followed, and who asks. */
export interface CapabilitiesOptions {
  /** Default "v4". */
  readonly version?: HelmVersion | undefined;
  /** Told each version of an API that a template asks for. */
  readonly asked?: ((version: string) => void) | undefined;
}

/** What Helm v4.3.1 and the releases of Helm v3.22.0 take a cluster to be that they do not ask. */
export const DEFAULT_KUBE_VERSION = "v1.37.0";

const VERSION = /^\s*v?(\d+(?:\.\d+)+)/;

/** `.Capabilities.KubeVersion`. Throws Error for what is no version. */
export class KubeVersion extends GoObject {
  readonly type: string;
  readonly kind = "struct";
  readonly version: string;
  /** Without what a vendor adds: what constraints are held against. */
  readonly normalized: string;
  readonly major: string;
  readonly minor: string;
  readonly #shown: string;
  readonly #text: string;

  constructor(version: string, { helm = "v4", isOfCluster = false }: { readonly helm?: HelmVersion | undefined; readonly isOfCluster?: boolean | undefined } = {}) {
    super();
    const numbers = VERSION.exec(version)?.[1]?.split(".");
    if (numbers === undefined || /^0\d/.test(numbers[0] ?? "")) throw new Error(`"${version}" is no version of Kubernetes; it looks like v1.33.4`);
    const plain = numbers.map((number) => BigInt(number).toString());
    this.normalized = `v${plain.join(".")}`;
    const full = version.startsWith("v") ? version : `v${version}`;
    this.version = helm === "v3" && !isOfCluster ? this.normalized : full;
    [this.major = "", this.minor = ""] = plain;
    this.type = `${HELM_RELEASES[helm].package}.KubeVersion`;
    this.#shown = helm === "v3" ? this.version : this.normalized;
    this.#text = `{${[this.version, ...(helm === "v3" ? [] : [this.normalized]), this.major, this.minor].join(" ")}}`;
  }

  override member(name: string): GoValue | GoFunction | undefined {
    switch (name) {
      case "Version":
        return this.version;
      case "Major":
        return this.major;
      case "Minor":
        return this.minor;
      case "String":
        return { name, params: [], isVariadic: false, call: () => this.#shown };
      case "GitVersion":
        return { name, params: [], isVariadic: false, call: () => this.version };
      default:
        return undefined;
    }
  }

  /** What `{{ . }}` prints: Go finds the method String there, which it does not where the value was passed on. */
  override printed(): string {
    return this.#shown;
  }

  override toText(): string {
    return this.#text;
  }

  override toValue(): GoValue {
    return mapOf({ Version: this.version, Major: this.major, Minor: this.minor });
  }
}

/** `.Capabilities.APIVersions`: a list with a method `Has`. */
export class VersionSet extends GoObject {
  readonly type: string;
  readonly kind = "slice";
  readonly #versions: readonly string[];
  readonly #known: ReadonlySet<string>;
  readonly #asked: ((version: string) => void) | undefined;

  constructor(versions: readonly string[], { version = "v4", asked }: CapabilitiesOptions = {}) {
    super();
    this.type = `${HELM_RELEASES[version].package}.VersionSet`;
    this.#versions = versions;
    this.#known = new Set(versions);
    this.#asked = asked;
  }

  override member(name: string): GoFunction | undefined {
    return name === "Has" ? { name, ...fn(["string"], (version) => this.#has(version)) } : undefined;
  }

  #has(version: string): boolean {
    this.#asked?.(version);
    return this.#known.has(version);
  }

  override toText(): string {
    return `[${this.#versions.join(" ")}]`;
  }

  override toValue(): GoList {
    return new GoList(this.#versions, this.type);
  }

  override get isTrue(): boolean {
    return this.#versions.length > 0;
  }
}

/** `.Capabilities.HelmVersion`. */
class BuildInfo extends GoObject {
  readonly type = "version.BuildInfo";
  readonly kind = "struct";
  readonly #fields: ReadonlyMap<string, string>;
  readonly #json: Readonly<Record<string, string>>;

  constructor({ version, goVersion, kubeClientVersion }: HelmRelease) {
    super();
    const client = kubeClientVersion === undefined ? [] : [kubeClientVersion];
    this.#fields = new Map([["Version", version], ["GitCommit", ""], ["GitTreeState", ""], ["GoVersion", goVersion], ...client.map((each) => ["KubeClientVersion", each] as const)]);
    this.#json = { version, go_version: goVersion, ...Object.fromEntries(client.map((each) => ["kube_client_version", each])) };
  }

  override member(name: string): GoValue | undefined {
    return this.#fields.get(name);
  }

  override toText(): string {
    return `{${[...this.#fields.values()].join(" ")}}`;
  }

  override toValue(): GoValue {
    return mapOf(this.#json);
  }
}

/** `.Capabilities`. */
export class Capabilities extends GoObject {
  readonly type: string;
  readonly kind = "ptr";
  readonly kubeVersion: KubeVersion;
  readonly apiVersions: VersionSet;
  readonly helmVersion: GoObject;

  /** Throws Error for what is no version of Kubernetes. */
  constructor({ kubeVersion = DEFAULT_KUBE_VERSION, apiVersions = DEFAULT_API_VERSIONS, isOfCluster }: CapabilitiesInput, options: CapabilitiesOptions = {}) {
    super();
    const { version = "v4" } = options;
    this.type = `*${HELM_RELEASES[version].package}.Capabilities`;
    this.kubeVersion = new KubeVersion(kubeVersion, { helm: version, isOfCluster });
    this.apiVersions = new VersionSet(apiVersions, options);
    this.helmVersion = new BuildInfo(HELM_RELEASES[version]);
  }

  override member(name: string): GoValue | undefined {
    if (name === "KubeVersion") return this.kubeVersion;
    if (name === "APIVersions") return this.apiVersions;
    return name === "HelmVersion" ? this.helmVersion : undefined;
  }

  /** What `{{ . }}` prints: Go follows the pointer there. */
  override printed(): string {
    return this.toText().slice(1);
  }

  override toText(): string {
    return `&{${this.kubeVersion.toText()} ${this.apiVersions.toText()} ${this.helmVersion.toText()}}`;
  }

  override toValue(): GoValue {
    return new GoMap(new FieldMap([["KubeVersion", this.kubeVersion], ["APIVersions", this.apiVersions], ["HelmVersion", this.helmVersion]]));
  }
}

const mapOf = (fields: Readonly<Record<string, string>>): GoMap => new GoMap(new FieldMap(Object.entries(fields)));
