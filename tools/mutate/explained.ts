/** A mutant that no test can tell from the original, as `npm run mutate` prints it, and why. */
export interface Explained {
  readonly mutant: string;
  readonly why: string;
}

const UTF8_IS_DEFAULT = "UTF-8 is what Node.js takes without an encoding.";
const UNDEFINED_IS_ABSENT = "JSON, jose and the SDK treat undefined as absent; the types do not.";
const ONE_KIND_EACH = "An object's own permissions are of different kinds, however kinds are told apart.";
const FOR_THE_TYPES = "Narrows the type; the check that follows refuses the same values.";

export const EXPLAINED: readonly Explained[] = [
  { mutant: "functions/login/token.ts: issuer !== undefined → true", why: UNDEFINED_IS_ABSENT },
  { mutant: "functions/login/token.ts: audience !== undefined → true", why: UNDEFINED_IS_ABSENT },
  { mutant: "shared/auth/jwt.ts: issuer !== undefined → true", why: UNDEFINED_IS_ABSENT },
  { mutant: "shared/auth/jwt.ts: audience !== undefined → true", why: UNDEFINED_IS_ABSENT },
  {
    mutant: 'shared/auth/jwt.ts: "" → "Stryker was here!"',
    why: "For the types: the URL is always set where there is no secret.",
  },
  {
    mutant: "shared/auth/key-set.ts: keys !== undefined → true",
    why: "What was never fetched, or tried, was so an infinite time ago.",
  },
  {
    mutant: "shared/auth/key-set.ts: failure === undefined → false",
    why: "What was never fetched, or tried, was so an infinite time ago.",
  },
  {
    mutant: "shared/auth/key-set.ts: fresh !== undefined → false",
    why: "Fresh keys are kept, and handed out by the line below.",
  },
  {
    mutant: 'shared/auth/key-set.ts: "UNKNOWN" → ""',
    why: "For the types: without keys there is a failure.",
  },
  { mutant: 'shared/cos/post-policy.ts: "utf8" → ""', why: UTF8_IS_DEFAULT },
  { mutant: 'shared/download/question.ts: typeof seconds !== "number" → false', why: FOR_THE_TYPES },
  {
    mutant:
      "shared/download/question.ts: /\\.([A-Za-z0-9]{1,10})$/.exec(key)?.[1]?.toLowerCase → /\\.([A-Za-z0-9]{1,10})$/.exec(key)?.[1].toLowerCase",
    why: "For the types: what matches has the group.",
  },
  {
    mutant: 'shared/download/question.ts: "" → "Stryker was here!"',
    why: "Stands for no extension; no rule has either.",
  },
  {
    mutant: "shared/download/question.ts: rule?.types[ext]?.[0] → rule?.types[ext][0]",
    why: "For the types: the rule was found by having the extension.",
  },
  {
    mutant: "shared/sts/credential.ts: tmpSecretId === undefined || tmpSecretKey === undefined → false",
    why: FOR_THE_TYPES,
  },
  {
    mutant:
      "shared/sts/credential.ts: tmpSecretId === undefined || tmpSecretKey === undefined → tmpSecretId === undefined && tmpSecretKey === undefined",
    why: FOR_THE_TYPES,
  },
  { mutant: "shared/sts/credential.ts: tmpSecretId === undefined → false", why: FOR_THE_TYPES },
  { mutant: "shared/sts/credential.ts: tmpSecretKey === undefined → false", why: FOR_THE_TYPES },
  { mutant: 'shared/sts/credential.ts: typeof startTime !== "number" → false', why: FOR_THE_TYPES },
  { mutant: 'shared/sts/credential.ts: typeof expiredTime !== "number" → false', why: FOR_THE_TYPES },
  { mutant: "shared/sts/session-policy.ts: grants.length > 1 → true", why: ONE_KIND_EACH },
  { mutant: "shared/sts/session-policy.ts: grants.length > 1 → grants.length >= 1", why: ONE_KIND_EACH },
  {
    mutant: "shared/upload/conditions.ts: types === undefined → true",
    why: "What is listed anew is the same list.",
  },
  {
    mutant: "shared/sts/transport.ts: { return undefined; } → {}",
    why: "What ends without a return gives undefined as well.",
  },
  {
    mutant: 'shared/upload/file.ts: typeof name === "string" → true',
    why: "A rule is found by a name that is the same, and each is text.",
  },
  {
    mutant: 'shared/upload/file.ts: "" → "Stryker was here!"',
    why: "Stands for what is no text; neither value passes the check that follows.",
  },
  { mutant: 'shared/upload/file.ts: typeof size !== "number" → false', why: FOR_THE_TYPES },
];
