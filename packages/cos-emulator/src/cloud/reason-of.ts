import type { EmulatorCause } from "../../../cos-explain/src/index.ts";
import { quoted } from "./visible.ts";

/** The sentence for somebody who debugs: in the log, in x-emulator-reason and in the answers of Tencent's APIs. */
export function reasonOf(cause: EmulatorCause): string {
  switch (cause.kind) {
    case "unsigned":
      return UNSIGNED[cause.asked];
    case "header-not-signed":
      return `${cause.header} was sent but is not in q-header-list (strict signatures are on)`;
    case "signed-not-sent":
      return `signed but not sent: ${[
        ...cause.headers.map((name) => `header ${name}`),
        ...cause.parameters.map((name) => `parameter ${name}`),
      ].join(", ")}`;
    case "signature-differs":
      return cause.over === "policy"
        ? "q-signature was made for another policy, key time or key"
        : "the signature was made for another method, path, host, signed header, signed parameter or key";
    case "key-time": {
      const { name, start, end, now } = cause;
      const when = now >= end ? `ended ${now - end} s ago` : `starts in ${start - now} s`;
      return `${name} ${when} (${start};${end}, it is ${now})`;
    }
    case "temporary-key-expired":
      return `the temporary key expired ${cause.now - cause.end} s ago`;
    case "key-unknown":
      return "q-ak is neither the account's SecretId nor one that STS issued";
    case "token-missing":
      return "q-ak is a temporary key, but x-cos-security-token is missing";
    case "token-foreign":
      return "x-cos-security-token does not belong to this q-ak";
    case "action-not-allowed":
      return `action ${cause.action} is not among ${cause.allowed.join(", ")}`;
    case "resource-not-allowed":
      return `resource ${cause.resource} is not among ${cause.allowed.join(", ")}`;
    case "condition-not-met": {
      const wanted = cause.wanted.map((value) => JSON.stringify(value)).join(" or ");
      const given = cause.received === undefined ? "none" : JSON.stringify(cause.received);
      return `condition ${cause.operator} ${cause.key} requires ${wanted}, but the request has ${given}`;
    }
    case "nothing-allowed":
      return "the policy has no statement that allows anything";
    case "denied": {
      const given = Object.entries(cause.keys).map(([key, value]) => `${key} is ${JSON.stringify(value)}`);
      const where = given.length === 0 ? "" : ` where ${given.join(" and ")}`;
      const whose = cause.by === "bucket-policy" ? " (the bucket's policy)" : "";
      return `a statement denies ${cause.action} on ${cause.resource}${where}${whose}`;
    }
    case "post-policy-expired":
      return "the policy has expired";
    case "post-condition":
      return cause.received === undefined
        ? `the policy names the field ${cause.field}, but the form does not have it`
        : `the field ${cause.field} is ${JSON.stringify(cause.received)}, but the policy requires ${cause.match} ${JSON.stringify(cause.wanted)}`;
    case "length-range":
      return `the policy allows ${cause.min} to ${cause.max} bytes`;
    case "upload-too-large":
      return `an upload may have at most ${cause.max} bytes`;
    case "part-too-small":
      return `part ${cause.part} has ${cause.size} bytes; all but the last must have at least ${cause.min}`;
    case "md5-differs":
      return `Content-MD5 announced ${cause.announced} (hex), but the bytes have ${cause.received}`;
    case "referer":
      return cause.received === undefined
        ? "the request has no Referer, and EmptyReferConfiguration is Deny"
        : `the Referer ${JSON.stringify(cause.received)} is ${cause.list === "allow" ? "not " : ""}on the bucket's ${cause.list} list`;
    case "preflight":
      return `no CORS rule of the bucket allows ${cause.method} from ${cause.origin} with the headers [${cause.headers.join(", ")}]`;
    case "foreign-page":
      return foreignPage(cause.named, quoted(cause.origin));
  }
}

const UNSIGNED = {
  bucket: "the request is not signed and the bucket is private",
  account: "the request is not signed",
  "response-parameter": "response-* parameters are for signed requests only",
} as const;

function foreignPage(named: "origin" | "referer" | "none", origin: string): string {
  if (named === "origin") return `a page of the origin ${origin} sent it, which is not allowed`;
  return `a page of another site sent it${named === "none" ? "" : `, ${origin}`}`;
}
