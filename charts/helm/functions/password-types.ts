/*
 * The kinds of passwords of the Master Password algorithm (masterpassword.app): templates of which the seed chooses one,
 * and the characters that each of their letters stands for.
 */
const TEMPLATES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    maximum: "anoxxxxxxxxxxxxxxxxx axxxxxxxxxxxxxxxxxno",
    long: "CvcvnoCvcvCvcv CvcvCvcvnoCvcv CvcvCvcvCvcvno CvccnoCvcvCvcv CvccCvcvnoCvcv CvccCvcvCvcvno CvcvnoCvccCvcv CvcvCvccnoCvcv CvcvCvccCvcvno CvcvnoCvcvCvcc CvcvCvcvnoCvcc CvcvCvcvCvccno CvccnoCvccCvcv CvccCvccnoCvcv CvccCvccCvcvno CvcvnoCvccCvcc CvcvCvccnoCvcc CvcvCvccCvccno CvccnoCvcvCvcc CvccCvcvnoCvcc CvccCvcvCvccno",
    medium: "CvcnoCvc CvcCvcno",
    short: "Cvcn",
    basic: "aaanaaan aannaaan aaannaaa",
    pin: "nnnn",
  }).map(([type, templates]) => [type, templates.split(" ")] as const),
);

const VOWELS = "AEIOU";
const CONSONANTS = "BCDFGHJKLMNPQRSTVWXYZ";
const LETTERS = VOWELS + VOWELS.toLowerCase() + CONSONANTS + CONSONANTS.toLowerCase();
const CHARACTERS: ReadonlyMap<string, string> = new Map([
  ["V", VOWELS],
  ["C", CONSONANTS],
  ["v", VOWELS.toLowerCase()],
  ["c", CONSONANTS.toLowerCase()],
  ["A", VOWELS + CONSONANTS],
  ["a", LETTERS],
  ["n", "0123456789"],
  ["o", "@&%?,=[]_:-+*$#!'^~;()/."],
  ["x", `${LETTERS}0123456789!@#$%^&*()`],
]);

/** Whether there are passwords of this kind. */
export const isPasswordType = (type: string): boolean => TEMPLATES.has(type);

/** The password that a seed of 32 bytes gives. */
export function derivedPassword(type: string, seed: Buffer): string {
  const templates = TEMPLATES.get(type) ?? [];
  const template = templates[(seed[0] ?? 0) % templates.length] ?? "";
  return Array.from(template, (letter, index) => chosen(CHARACTERS.get(letter) ?? letter, seed[index + 1] ?? 0)).join("");
}

const chosen = (characters: string, byte: number): string => characters.charAt(byte % characters.length);
