import { fn } from "./functions/define.ts";
import { GoList, GoMap, GoObject, type GoFunction, type GoValue } from "./go/value.ts";
import { DEFAULT_API_VERSIONS } from "./default-api-versions.ts";

/** What a cluster can do, as far as charts ask. */
export interface CapabilitiesInput {
  /** As the cluster tells it: `v1.33.4-gke.1245000`. Default what Helm takes without a cluster. */
  readonly kubeVersion?: string | undefined;
  /** `apps/v1`, and `apps/v1/Deployment` for kinds. Default what Helm takes without a cluster. */
  readonly apiVersions?: readonly string[] | undefined;
}

/** What Helm v4.3.1 takes a cluster to be that it does not ask. */
export const DEFAULT_KUBE_VERSION = "v1.37.0";
/** The Helm whose rules are followed, as `.Capabilities.HelmVersion` tells it. */
const HELM_VERSION = { version: "v4.3.1", goVersion: "go1.26.8", kubeClientVersion: "v1.37" };

const VERSION = /^\s*v?(\d+(?:\.\d+)+)/;

/** `.Capabilities.KubeVersion`. Throws Error for what is no version. */
export class KubeVersion extends GoObject {
  readonly type = "common.KubeVersion";
  readonly kind = "struct";
  readonly version: string;
  /** Without what a vendor adds: what constraints are held against. */
  readonly normalized: string;
  readonly major: string;
  readonly minor: string;

  constructor(version: string) {
    super();
    const numbers = VERSION.exec(version)?.[1]?.split(".");
    if (numbers === undefined || /^0\d/.test(numbers[0] ?? "")) throw new Error(`"${version}" is no version of Kubernetes; it looks like v1.33.4`);
    const plain = numbers.map((number) => BigInt(number).toString());
    this.version = version.startsWith("v") ? version : `v${version}`;
    this.normalized = `v${plain.join(".")}`;
    [this.major = "", this.minor = ""] = plain;
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
        return { name, params: [], isVariadic: false, call: () => this.normalized };
      case "GitVersion":
        return { name, params: [], isVariadic: false, call: () => this.version };
      default:
        return undefined;
    }
  }

  /** What `{{ . }}` prints: Go finds the method String there, which it does not where the value was passed on. */
  override printed(): string {
    return this.normalized;
  }

  override toText(): string {
    return `{${this.version} ${this.normalized} ${this.major} ${this.minor}}`;
  }

  override toValue(): GoValue {
    return mapOf({ Version: this.version, Major: this.major, Minor: this.minor });
  }
}

/** `.Capabilities.APIVersions`: a list with a method `Has`. */
export class VersionSet extends GoObject {
  readonly type = "common.VersionSet";
  readonly kind = "slice";
  readonly #versions: readonly string[];
  readonly #known: ReadonlySet<string>;
  readonly #asked: ((version: string) => void) | undefined;

  constructor(versions: readonly string[], asked?: (version: string) => void) {
    super();
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
class HelmVersion extends GoObject {
  readonly type = "version.BuildInfo";
  readonly kind = "struct";

  override member(name: string): GoValue | undefined {
    const { version, goVersion, kubeClientVersion } = HELM_VERSION;
    const fields: ReadonlyMap<string, string> = new Map([["Version", version], ["GitCommit", ""], ["GitTreeState", ""], ["GoVersion", goVersion], ["KubeClientVersion", kubeClientVersion]]);
    return fields.get(name);
  }

  override toText(): string {
    return `{${HELM_VERSION.version}   ${HELM_VERSION.goVersion} ${HELM_VERSION.kubeClientVersion}}`;
  }

  override toValue(): GoValue {
    return mapOf({ version: HELM_VERSION.version, go_version: HELM_VERSION.goVersion, kube_client_version: HELM_VERSION.kubeClientVersion });
  }
}

/** `.Capabilities`. */
export class Capabilities extends GoObject {
  readonly type = "*common.Capabilities";
  readonly kind = "ptr";
  readonly kubeVersion: KubeVersion;
  readonly apiVersions: VersionSet;
  readonly helmVersion: GoObject = new HelmVersion();

  /** `asked` is told each version that a template asks for. Throws Error for what is no version of Kubernetes. */
  constructor({ kubeVersion = DEFAULT_KUBE_VERSION, apiVersions = DEFAULT_API_VERSIONS }: CapabilitiesInput, asked?: (version: string) => void) {
    super();
    this.kubeVersion = new KubeVersion(kubeVersion);
    this.apiVersions = new VersionSet(apiVersions, asked);
  }

  override member(name: string): GoValue | undefined {
    if (name === "KubeVersion") return this.kubeVersion;
    if (name === "APIVersions") return this.apiVersions;
    return name === "HelmVersion" ? this.helmVersion : undefined;
  }

  override toText(): string {
    return `&{${this.kubeVersion.toText()} ${this.apiVersions.toText()} ${this.helmVersion.toText()}}`;
  }

  override toValue(): GoValue {
    return new GoMap(new Map<string, GoValue>([["KubeVersion", this.kubeVersion], ["APIVersions", this.apiVersions], ["HelmVersion", this.helmVersion]]));
  }
}

const mapOf = (fields: Readonly<Record<string, string>>): GoMap => new GoMap(new Map(Object.entries(fields)));
