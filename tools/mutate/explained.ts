/** A mutant that no test can distinguish from the original, as `npm run mutate` prints it, and why. */
export interface Explained {
  readonly mutant: string;
  readonly why: string;
}

const UNDEFINED_IS_ABSENT = "JSON, jose and the SDK treat undefined as absent; the types do not.";
const ONE_KIND_EACH =
  "An object's own permissions are of different kinds, however the kinds are distinguished.";
const FOR_THE_TYPES = "It narrows the type; the check that follows refuses the same values.";

const NEVER_FETCHED = "What was never fetched, or tried, was so an infinite time ago.";
const ENDS_WITHOUT = "A function that ends without a return also returns undefined.";
const ALWAYS_A_FIRST = "For the types: what is split always has a first part.";

const NEVER_SHOWN = "The error is turned into another one before anybody sees it.";
const NO_VALUES_ARE_NONE = "An empty object says as much as none.";
const AT_MOST_32 = "The text before has been cut to 32 characters or fewer.";

export const EXPLAINED: readonly Explained[] = [
  { mutant: "functions/login/token.ts: issuer !== undefined → true", why: UNDEFINED_IS_ABSENT },
  { mutant: "functions/login/token.ts: audience !== undefined → true", why: UNDEFINED_IS_ABSENT },
  { mutant: "shared/auth/jwt.ts: issuer !== undefined → true", why: UNDEFINED_IS_ABSENT },
  { mutant: "shared/auth/jwt.ts: audience !== undefined → true", why: UNDEFINED_IS_ABSENT },
  { mutant: "shared/auth/key-set.ts: keys !== undefined → true", why: NEVER_FETCHED },
  { mutant: "shared/auth/key-set.ts: keys !== undefined → true", why: NEVER_FETCHED },
  {
    mutant: "shared/auth/key-set.ts: failure === undefined → false",
    why: NEVER_FETCHED,
  },
  {
    mutant: "shared/auth/key-set.ts: fresh !== undefined → false",
    why: "Fresh keys are stored, and the line below returns them.",
  },
  {
    mutant: 'shared/auth/key-set.ts: "UNKNOWN" → ""',
    why: "For the types: without keys there is a failure.",
  },
  {
    mutant: 'shared/auth/webcrypto.ts: "-" → ""',
    why: "OpenSSL knows an HMAC's digest by either name; it finds this one sooner.",
  },
  { mutant: 'shared/cos/client.ts: [] → ["Stryker was here"]', why: "No status is a text." },
  { mutant: "shared/cos/client.ts: body !== undefined → true", why: UNDEFINED_IS_ABSENT },
  { mutant: "shared/cos/client.ts: maxAnswerBytes !== undefined → true", why: UNDEFINED_IS_ABSENT },
  {
    mutant: "shared/cos/client.ts: answer.status >= 200 → true",
    why: "Node.js passes on no answer with a status below 200.",
  },
  { mutant: 'shared/cos/client.ts: "CosRefusal" → ""', why: NEVER_SHOWN },
  { mutant: `shared/cos/client.ts: \`COS answered \${answer.status}.\` → \`\``, why: NEVER_SHOWN },
  { mutant: 'shared/download/question.ts: typeof seconds !== "number" → false', why: FOR_THE_TYPES },
  {
    mutant:
      "shared/download/question.ts: /\\.([A-Za-z0-9]{1,10})$/.exec(key)?.[1]?.toLowerCase → /\\.([A-Za-z0-9]{1,10})$/.exec(key)?.[1].toLowerCase",
    why: "For the types: a match always has the group.",
  },
  {
    mutant: 'shared/download/question.ts: "" → "Stryker was here!"',
    why: "It stands for no extension; no rule has either value.",
  },
  {
    mutant: "shared/download/question.ts: rule?.types[ext]?.[0] → rule?.types[ext][0]",
    why: "For the types: the rule was found by its extension.",
  },
  { mutant: "shared/sts/session-policy.ts: grants.length > 1 → true", why: ONE_KIND_EACH },
  { mutant: "shared/sts/session-policy.ts: grants.length > 1 → grants.length >= 1", why: ONE_KIND_EACH },
  {
    mutant: "shared/upload/conditions.ts: types === undefined → true",
    why: "The list is the same when it is made again.",
  },
  {
    mutant: "shared/sts/transport.ts: { return undefined; } → {}",
    why: ENDS_WITHOUT,
  },
  {
    mutant: 'shared/upload/file.ts: typeof name === "string" → true',
    why: "A rule is found only by an equal name, and all names are strings.",
  },
  {
    mutant: 'shared/upload/file.ts: "" → "Stryker was here!"',
    why: "It stands for a value that is not a string; neither value passes the check that follows.",
  },
  {
    mutant: 'shared/object/media-type.ts: "" → "Stryker was here!"',
    why: "For the types: a media type always has a group for its parameters.",
  },
  {
    mutant: 'shared/object/media-type.ts: [] → ["Stryker was here"]',
    why: "What does not match has no second group, and begins no type.",
  },
  {
    mutant: 'shared/object/media-type.ts: [] → ["Stryker was here"]',
    why: "What is no kind of type has no match; neither value is one.",
  },
  { mutant: "shared/upload/file.ts: meta.length > 0 → true", why: NO_VALUES_ARE_NONE },
  { mutant: "shared/upload/file.ts: meta.length > 0 → meta.length >= 0", why: NO_VALUES_ARE_NONE },
  { mutant: "shared/upload/file.ts: /^[0-9a-f]{32}$/i → /^[0-9a-f]{32}/i", why: AT_MOST_32 },
  { mutant: "shared/upload/file.ts: /^[0-9a-f]{32}$/i → /[0-9a-f]{32}$/i", why: AT_MOST_32 },
  { mutant: 'shared/upload/file.ts: typeof size !== "number" → false', why: FOR_THE_TYPES },
  { mutant: "shared/cos/read-xml.ts: { return undefined; } → {}", why: ENDS_WITHOUT },
  { mutant: 'shared/cos/url.ts: "" → "Stryker was here!"', why: ALWAYS_A_FIRST },
  {
    mutant: 'shared/cos/xml.ts: "" → "Stryker was here!"',
    why: "For the types: a match always has the group.",
  },
  {
    mutant: 'shared/cos/list-objects.ts: "" → "Stryker was here!"',
    why: "It stands for no time; neither value is one.",
  },
  { mutant: 'shared/upload/multipart/question.ts: typeof value === "number" → true', why: FOR_THE_TYPES },
  {
    mutant: 'shared/upload/multipart/ticket.ts: "" → "Stryker was here!"',
    why: "It stands for no user; no user's part of a key has either value.",
  },
];
