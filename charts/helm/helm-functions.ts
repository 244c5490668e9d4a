import { AES_FUNCTIONS } from "./functions/aes.ts";
import { CERTIFICATE_FUNCTIONS } from "./functions/certificates.ts";
import { convertFunctions } from "./functions/convert.ts";
import { DATE_FUNCTIONS } from "./functions/dates.ts";
import { DEFAULT_FUNCTIONS } from "./functions/defaults.ts";
import { DICT_FUNCTIONS } from "./functions/dicts.ts";
import { DURATION_FUNCTIONS } from "./functions/durations.ts";
import { encodingFunctions } from "./functions/encoding.ts";
import { formatFunctions } from "./functions/format.ts";
import { HASH_FUNCTIONS } from "./functions/hashes.ts";
import { KEY_FUNCTIONS } from "./functions/keys.ts";
import { LIST_FUNCTIONS } from "./functions/lists.ts";
import { mathFunctions } from "./functions/math.ts";
import { MERGE_FUNCTIONS } from "./functions/merge.ts";
import { NETWORK_FUNCTIONS } from "./functions/network.ts";
import { partFunctions } from "./functions/parts.ts";
import { PASSWORD_FUNCTIONS } from "./functions/passwords.ts";
import { pathFunctions } from "./functions/paths.ts";
import { RANDOM_TEXT_FUNCTIONS } from "./functions/random-texts.ts";
import { reflectionFunctions } from "./functions/reflection.ts";
import { regexFunctions } from "./functions/regex.ts";
import { semverFunctions } from "./functions/semver.ts";
import { seriesFunctions } from "./functions/series.ts";
import { stringFunctions } from "./functions/strings.ts";
import { urlFunctions } from "./functions/urls.ts";
import { wordFunctions } from "./functions/words.ts";
import type { FunctionTable } from "./go/value.ts";
import type { HelmVersion } from "./input.ts";
import { TEMPLATE_FUNCTIONS } from "./template-functions.ts";

const TABLES: readonly FunctionTable[] = [
  AES_FUNCTIONS, CERTIFICATE_FUNCTIONS, convertFunctions, DATE_FUNCTIONS, DEFAULT_FUNCTIONS, DICT_FUNCTIONS, DURATION_FUNCTIONS,
  encodingFunctions, formatFunctions, HASH_FUNCTIONS, KEY_FUNCTIONS, LIST_FUNCTIONS, mathFunctions, MERGE_FUNCTIONS,
  NETWORK_FUNCTIONS, partFunctions, PASSWORD_FUNCTIONS, pathFunctions, RANDOM_TEXT_FUNCTIONS, reflectionFunctions, regexFunctions,
  semverFunctions, seriesFunctions, stringFunctions, urlFunctions, wordFunctions, TEMPLATE_FUNCTIONS,
];

const V4: FunctionTable = new Map(TABLES.flatMap((table) => [...table]));

/** What templates of Helm 3 cannot call. */
const NEW_IN_V4: ReadonlySet<string> = new Set([
  "durationDays", "durationHours", "durationMicroseconds", "durationMilliseconds", "durationMinutes", "durationNanoseconds", "durationRoundTo",
  "durationSeconds", "durationTruncateTo", "durationWeeks", "mustToDuration", "mustToToml", "mustToYaml",
]);
const V3: FunctionTable = new Map([...V4].filter(([name]) => !NEW_IN_V4.has(name)));

/** All functions that a template of this Helm can call beside Go's own. */
export const helmFunctions = (version: HelmVersion): FunctionTable => (version === "v4" ? V4 : V3);
