/** What a sentence of COS's is about. */
export type SentenceAbout = "hotlink" | "appid" | "account" | "cors";

interface Sentence {
  readonly about: SentenceAbout;
  readonly says: RegExp;
  /** The code that it comes with, for a text that holds the sentence alone. */
  readonly code: string;
}

/**
 * Messages that name the cause, whatever the code is: of https://cloud.tencent.com/document/product/436/40105, and of
 * refusals that were reported in public.
 */
const SENTENCES: readonly Sentence[] = [
  { about: "hotlink", says: /denied by bucket referer rule/i, code: "AccessDenied" },
  {
    about: "appid",
    says: /missing required header for this request: appid|bucket format should be|missing appid/i,
    code: "InvalidRequest",
  },
  {
    about: "account",
    says: /arrears|overdue|insufficient balance|account (?:is|has been) (?:suspended|isolated|frozen)|欠费/i,
    code: "AccessDenied",
  },
  { about: "cors", says: /CORS request is not allowed/i, code: "AccessForbidden" },
];

/** What a message is about; undefined for one that leaves the cause open, or that a diagnosis reads. */
export function aboutOf(message: string): SentenceAbout | undefined {
  return SENTENCES.find(({ says }) => says.test(message))?.about;
}

/** Code and message of a text in which such a sentence stands without them. */
export function findSentence(text: string): { readonly code: string; readonly message: string } | undefined {
  for (const { says, code } of SENTENCES) {
    const line = text.split("\n").find((row) => says.test(row));
    if (line !== undefined) return { code, message: line.trim() };
  }
  return undefined;
}
