import type { EmulatorCause } from "../cause/emulator-cause.ts";
import { withoutUnseen } from "../text/text.ts";

/** COS's error, https://cloud.tencent.com/document/product/436/7730. Empty strings stand for what is missing. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  /** What COS computed: `sha1`, the key time, the SHA-1 of the HttpString. */
  readonly stringToSign: string;
  /** HttpString of the request as it arrived; for a POST form the policy's text. */
  readonly formatString: string;
  /** Unix seconds by COS's clock. */
  readonly serverTime: number | undefined;
  /** Host and path. */
  readonly resource: string;
  readonly requestId: string;
  /** The emulator's header x-emulator-cause; COS has none. */
  readonly cause: EmulatorCause | undefined;
  /** The header x-emulator-reason, the same as a sentence; empty without one. */
  readonly reason: string;
  /** The URL of the request to COS, if the error of an SDK or an HTTP client contains it; otherwise empty. */
  readonly url: string;
  /** The codes of other refusals in the same text, such as those of a whole log. */
  readonly others: readonly string[];
}

/** The elements of COS's error, for callers that have them apart. */
export type RefusalElements = Readonly<
  { Code: string } & Partial<
    Record<"Message" | "StringToSign" | "FormatString" | "ServerTime" | "Resource" | "RequestId", string>
  >
>;

/** What comes with COS's elements. */
export interface BesideElements {
  readonly cause?: EmulatorCause | undefined;
  readonly reason?: string | undefined;
  readonly url?: string;
  readonly others?: readonly string[];
}

/** Builds a refusal from elements that are known, without reading a text. */
export function refusalOf(
  elements: RefusalElements,
  { cause, reason = "", url = "", others = [] }: BesideElements = {},
): Refusal {
  const {
    Code: code,
    Message: message = "",
    StringToSign: stringToSign = "",
    FormatString: formatString = "",
    ServerTime: time = "",
    Resource: resource = "",
    RequestId: requestId = "",
  } = elements;
  const serverTime = Date.parse(time);
  return {
    code,
    // Pages put spaces that do not break, and others, between words.
    message: withoutUnseen(message)
      .replaceAll(/[\u00a0\u2000-\u200a\u202f]/g, " ")
      .trim()
      .replace(/ \.$/, "."),
    stringToSign: stringToSign.replaceAll("\r\n", "\n"),
    formatString: formatString.replaceAll("\r\n", "\n"),
    serverTime: Number.isNaN(serverTime) ? undefined : Math.floor(serverTime / 1000),
    // A terminal may have broken them; neither has a line end.
    resource: resource.replaceAll(/\s*\n\s*/g, ""),
    requestId: requestId.replaceAll(/\s/g, ""),
    cause,
    reason,
    url,
    others,
  };
}

/** The host in Resource, which is host and path. */
export function hostOfResource({ resource }: Pick<Refusal, "resource">): string {
  return resource.split("/", 1)[0] ?? "";
}

/** The key in Resource; some answers have nothing else there. */
export function keyOfResource({ resource }: Pick<Refusal, "resource">): string {
  return resource.slice(resource.indexOf("/") + 1);
}
