/** What an expression is wanted for; `any` takes everything. */
export type Wanted = "any" | "string" | "int" | "float" | "bool" | "list" | "map" | "time" | "format" | "layout";

/** A function as templates made at random call it. */
export interface FuzzCall {
  readonly name: string;
  readonly params: readonly Wanted[];
  readonly gives: Wanted;
}

/** Functions by what they take and give. Left out is what gives something else each time, or maps in no order. */
const SIGNATURES: Readonly<Record<string, string>> = {
  "any > any": "deepCopy mustDeepCopy",
  "any > string": "quote squote toString toJson toYaml toPrettyJson toRawJson kindOf typeOf print println html js urlquery cat mustToJson toYamlPretty mustToYaml",
  "any any > string": "print cat quote println",
  "any > bool": "not empty",
  "any any > any": "default coalesce and or",
  "any any any > any": "coalesce and or",
  "any any > bool": "eq ne deepEqual all any",
  "int int > bool": "lt le gt ge eq ne",
  "string string > bool": "lt gt eq contains hasPrefix hasSuffix regexMatch mustRegexMatch semverCompare",
  "float float > bool": "lt gt ge",
  "any any bool > any": "ternary",
  "string any > bool": "kindIs typeIs typeIsLike",
  "any > int": "int int64 toDecimal",
  "string > int": "len atoi len",
  "any > float": "float64",
  "any any > int": "add sub mul max min",
  "int int > int": "add sub mul div mod max min biggest",
  "any any > float": "addf subf mulf divf maxf minf",
  "any > float ": "floor ceil",
  "any int > float": "round",
  "string > string":
    "upper lower title untitle trim nospace swapcase initials snakecase camelcase kebabcase b64enc b64dec b32enc b32dec sha256sum sha1sum adler32sum base dir clean ext osBase regexQuoteMeta quote squote toString",
  "string string > string": "trimPrefix trimSuffix trimAll cat regexFind mustRegexFind printf",
  "int string > string": "trunc indent nindent wrap repeat abbrev",
  "int int string > string": "substr abbrevboth",
  "string string string > string": "replace regexReplaceAll regexReplaceAllLiteral mustRegexReplaceAll",
  "string string int > string": "plural",
  "string any > string": "printf join required",
  "string any any > string": "printf",
  "string list > string": "join printf",
  "string string > list": "splitList",
  "string string > map": "split",
  "string string int > list": "regexFindAll regexSplit",
  "any any > list": "list tuple",
  "any any any > list": "list",
  "list > list": "reverse uniq compact rest initial sortAlpha mustReverse toStrings",
  "list > any": "first last mustFirst",
  "list any > list": "append prepend without mustAppend mustPrepend",
  "list list > list": "concat",
  "list int int > list": "slice mustSlice",
  "int list > list": "chunk",
  "any list > bool": "has mustHas",
  "list int > any": "index",
  "map string > any": "index get",
  "any any > any ": "index",
  "map string > bool": "hasKey",
  "map string string > map": "pick omit",
  "map string any > map": "set",
  "map string > map": "unset pick omit",
  "string any > map": "dict",
  "string any string any > map": "dict",
  "map map > map": "merge mergeOverwrite mustMerge",
  "string any map > any": "dig",
  "string map map > list": "pluck",
  "map > string": "toJson toYaml toString toPrettyJson",
  "string > any": "semver",
  "int > list": "until",
  "int int int > list": "untilStep",
  "int int > string": "seq",
  "string > map": "urlParse",
  "map > string ": "urlJoin",
  "string any > any": "tpl",
  "string > string ": "duration durationRound",
  "int > string": "duration durationRound",
  "layout string > time": "toDate mustToDate",
  "layout time > string": "date",
  "layout time string > string": "dateInZone",
  "time > string": "htmlDate unixEpoch toString toJson toYaml quote print typeOf kindOf",
  "string time > time": "dateModify mustDateModify",
  "format any > string": "printf",
  "format any any > string": "printf",
  "format int > string": "printf",
  "format float > string": "printf",
  "format int int > string": "printf",
  "string string string string > map": "lookup",
  "map > string  ": "toToml mustToToml mustToYaml toYamlPretty",
  "string > bool": "isAbs osIsAbs",
};

/** All of them, one by one. */
export const CALLS: readonly FuzzCall[] = Object.entries(SIGNATURES).flatMap(([signature, names]) => {
  const [params = "", gives = ""] = signature.split(" > ");
  return names.split(" ").map((name) => ({ name, params: params.trim().split(" ") as Wanted[], gives: gives.trim() as Wanted })); // written so above
});
