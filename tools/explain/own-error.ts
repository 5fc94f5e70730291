import { readFile } from "node:fs/promises";
import type { Explanation } from "../../packages/cos-explain/src/index.ts";

const PAGE = new URL("../../docs/errors.md", import.meta.url);

/** A code of the functions, with what docs/errors.md says about it. */
export interface OwnError {
  readonly code: string;
  readonly text: string;
}

/**
 * Where a code stands: alone, in JSON or a log, in the sentence on the phone, and in an answer's `doc`. One that goes on
 * after a dot is the API's, such as InvalidParameter.GrantOtherResource.
 */
const CODES: readonly RegExp[] = [
  /^\s*([A-Z]\w+)\s*$/g,
  /\bcode\\{0,3}["']?\s{0,3}[:=]\s{0,3}\\{0,3}["']?([A-Z]\w+)(?!\w|\.\w)/g,
  /[(（](\w+), ?[\da-f]{8}-[\da-f]{4}-/g,
  /docs\/errors\.md#(\w+)/g,
];

/** The error of a function in a text; undefined if there is none that docs/errors.md has. */
export async function ownError(text: string): Promise<OwnError | undefined> {
  const named = CODES.flatMap((pattern) =>
    [...text.matchAll(pattern)].map(([, code = ""]) => code.toLowerCase()),
  );
  if (named.length === 0) return undefined;
  const sections = (await readFile(PAGE, "utf8")).split(/^### /m).slice(1);
  const section = sections.find((one) => named.includes(titleOf(one).toLowerCase()));
  if (section === undefined) return undefined;
  const [, ...lines] = section.split(/^##? /m, 1).join("").split("\n");
  const plain = lines.join(" ").replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
  // The status at the beginning is in the error.
  return {
    code: titleOf(section),
    text: plain
      .replace(/^\s*\d{3}\. /, "")
      .replace(/\s+/g, " ")
      .trim(),
  };
}

function titleOf(section: string): string {
  return section.split("\n", 1)[0] ?? "";
}

/** Adds what docs/errors.md says. If a function's error names COS's too, as StorageDenied does, both are explained. */
export function withOwnError(explanation: Explanation, { code, text }: OwnError): Explanation {
  const link = `docs/errors.md#${code.toLowerCase()}`;
  const isWrapped = explanation.cause !== "not-a-refusal";
  return {
    ...explanation,
    ...(!isWrapped && {
      code,
      sentence: `${code} is an error of the functions, not of COS. In their log, its request id finds the line.`,
    }),
    advice: [
      isWrapped ? `${code}, which the function answers: ${text}` : text,
      ...(isWrapped ? explanation.advice : []),
    ],
    links: [link, ...(isWrapped ? explanation.links : [])],
  };
}
