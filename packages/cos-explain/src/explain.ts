import type { SigningAnswer } from "./answer/answer.ts";
import { CAUSES, type SituationalAdvice } from "./cause/cause.ts";
import type { EmulatorCause } from "./cause/emulator-cause.ts";
import type { Explanation, Finding } from "./cause/explanation.ts";
import { diagnose } from "./diagnosis/diagnose.ts";
import { notARefusal } from "./not-a-refusal/not-a-refusal.ts";
import { readRefusal } from "./refusal/read-refusal.ts";
import { keyOfResource, type Refusal, type RefusalElements, refusalOf } from "./refusal/refusal.ts";
import { RequestUnreadable, type SentRequest } from "./request/request.ts";
import { fromHead } from "./request/request-head.ts";
import { secretsOf, withoutSecrets } from "./secrets.ts";
import { fromCurlTrace } from "./text/curl-trace.ts";

/** What is known about a refusal. The more is given, the more exact the explanation. */
export interface ExplainInput {
  /** COS's error in any form that {@link readRefusal} reads, or its elements. */
  readonly error: string | RefusalElements;
  /** What the signing function answered, from {@link parseAnswers}; of several, the one for the refused key is used. */
  readonly answers?: readonly SigningAnswer[];
  /** What was sent to COS, from `parseRequest` or `requestOf`. */
  readonly request?: SentRequest;
  /** The emulator's header x-emulator-cause, read by `decodeCause`, if `error` does not contain it. */
  readonly cause?: EmulatorCause | undefined;
  /** The header x-emulator-reason, a sentence for people, which is quoted if there is no cause. */
  readonly reason?: string;
}

/**
 * Says why COS refused. Pure: it uses no network and no clock, needs no secret and returns none.
 *
 * The codes are those of https://cloud.tencent.com/document/product/436/7730.
 */
export function explain(input: ExplainInput): Explanation {
  const { error } = input;
  const refusal = typeof error === "string" ? readRefusal(error, input) : refusalOf(error, input);
  if (refusal === undefined) return complete(notARefusal(typeof error === "string" ? error : ""), input);
  const request = input.request ?? (typeof error === "string" ? requestBeside(error) : undefined);
  const answer = pick(input.answers ?? [], refusal, request);
  return complete(
    diagnose({ refusal, answer, request }),
    { ...input, ...(request !== undefined && { request }) },
    refusal,
  );
}

/** The output of curl -v and --trace contains the request too. */
function requestBeside(text: string): SentRequest | undefined {
  if (!/^> [A-Z]+ \S+ HTTP\//m.test(fromCurlTrace(text))) return undefined;
  try {
    return fromHead(text);
  } catch (error) {
    if (error instanceof RequestUnreadable) return undefined;
    throw error;
  }
}

/** Of several answers, the one whose key was refused. A single answer is used whatever its key. */
function pick(
  answers: readonly SigningAnswer[],
  refusal: Refusal,
  request: SentRequest | undefined,
): SigningAnswer | undefined {
  if (answers.length <= 1) return answers[0];
  const keys = [keyOfResource(refusal), request?.fields?.get("key"), request?.path.slice(1)];
  return answers.find(({ key }) => keys.includes(key));
}

function complete(finding: Finding, input: ExplainInput, refusal?: Refusal): Explanation {
  const { title, links } = CAUSES[finding.cause];
  const secrets = secretsOf(input.answers ?? [], input.request);
  return {
    cause: finding.cause,
    certainty: finding.certainty ?? "certain",
    title,
    // It may quote COS, or a proxy on the way.
    sentence: withoutSecrets(finding.sentence, secrets),
    ...(finding.comparison !== undefined && { comparison: finding.comparison }),
    advice: finding.instead?.advice ?? adviceFor(finding, input, refusal),
    links: finding.instead?.links ?? links,
    code: withoutSecrets(refusal?.code ?? "", secrets),
    requestId: withoutSecrets(refusal?.requestId ?? "", secrets),
  };
}

function adviceFor(
  { cause, comparison }: Finding,
  { answers, request }: ExplainInput,
  refusal: Refusal | undefined,
): string[] {
  const holds: Readonly<Record<SituationalAdvice["only"], boolean>> = {
    "with-lines": comparison !== undefined,
    "without-lines": comparison === undefined,
    "more-to-give": answers === undefined || request === undefined,
    "code-alone": refusal?.message === "",
  };
  const advice: readonly (string | SituationalAdvice)[] = CAUSES[cause].advice;
  const others = (refusal?.others ?? []).join(", ");
  return [
    ...advice.flatMap((item) => (typeof item === "string" ? [item] : holds[item.only] ? [item.text] : [])),
    ...(others === ""
      ? []
      : [`The text has other refusals too (${others}): give one alone to have it explained.`]),
  ];
}
