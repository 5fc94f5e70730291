import type { CauseOfKind, EmulatorCause } from "../cause/emulator-cause.ts";
import { type Finding, line, strictLine } from "../cause/explanation.ts";
import { duration, instant, quoted } from "../text/text.ts";
import { limitLines, overLimit } from "./size.ts";

/**
 * What the emulator's own cause says. Undefined without one, and for causes that another diagnosis uses and adds to.
 */
export function emulatorsFinding(cause: EmulatorCause | undefined): Finding | undefined {
  switch (cause?.kind) {
    case "unsigned":
      return { cause: "no-signature", sentence: UNSIGNED[cause.asked] };
    case "header-not-signed":
      return {
        cause: "strict-signature",
        sentence: `The bucket requires ${cause.header} to be signed, but it is not in q-header-list.`,
      };
    case "foreign-page":
      return foreignPage(cause);
    case "action-not-allowed":
      return {
        cause: "action-not-allowed",
        sentence: `The session policy allows ${cause.allowed.map(shortAction).join(", ")}, but the request is ${shortAction(cause.action)}.`,
        comparison: asked("action", cause.allowed, cause.action),
      };
    case "resource-not-allowed":
      return {
        cause: "resource-not-allowed",
        sentence: `The session policy allows ${cause.allowed.map(keyOf).map(quoted).join(" or ")}, but the request is for ${quoted(keyOf(cause.resource))}.`,
        comparison: asked("resource", cause.allowed, cause.resource),
      };
    case "nothing-allowed":
      return {
        cause: "action-not-allowed",
        sentence: "The session policy has no statement that allows anything.",
      };
    case "condition-not-met":
      return condition(cause);
    case "denied":
      return denied(cause);
    case "temporary-key-expired":
      return {
        cause: "expired-token",
        sentence: `The temporary key expired at ${instant(cause.end)}, ${duration(cause.now - cause.end)} before the request arrived.`,
      };
    default:
      return undefined;
  }
}

const UNSIGNED: Readonly<Record<CauseOfKind<"unsigned">["asked"], string>> = {
  bucket: "The request has no signature, and the bucket is private.",
  account: "The request has no signature, and COS lists an account's buckets only for signed requests.",
  "response-parameter":
    "The request has no signature, and COS accepts parameters that begin with response- only in signed requests.",
};

function foreignPage({ named, origin }: CauseOfKind<"foreign-page">): Finding {
  const page =
    named === "origin"
      ? `a page of the origin ${quoted(origin)}`
      : `a page of another site${named === "referer" ? `, ${quoted(origin)},` : ""}`;
  return {
    cause: "cors",
    sentence: `No CORS rule of the bucket names the page's origin, and the emulator accepts nothing from other sites: ${page} sent it.`,
  };
}

function asked(name: string, allowed: readonly string[], given: string) {
  return {
    expectedBy: "allowed",
    givenBy: "asked for",
    lines: [strictLine(name, allowed.join(", "), given)],
  };
}

function condition({ operator, key, wanted, received }: CauseOfKind<"condition-not-met">): Finding {
  if (key === "cos:secure-transport") {
    return {
      cause: "plain-http",
      sentence: "The request came over plain HTTP, but the policy requires HTTPS.",
    };
  }
  const limit = Number(wanted[0]);
  if (key === "cos:content-length" && /less_than/.test(operator) && Number(received) > limit) {
    return {
      cause: "too-large",
      sentence: overLimit(Number(received), limit),
      comparison: limitLines(limit, Number(received)),
    };
  }
  if (key === "cos:content-length" && received === undefined) {
    return {
      cause: "no-length",
      sentence: `The request has no Content-Length, which the policy limits to ${wanted.join(" or ")} bytes.`,
    };
  }
  const values = wanted.map((value) => JSON.stringify(value)).join(" or ");
  return {
    cause: "condition-not-met",
    sentence: `The session policy has the condition ${key} ${operator.replaceAll("_", " ")} ${values}, but the request has ${received === undefined ? "none" : quoted(received)}.`,
    comparison: {
      expectedBy: "required",
      givenBy: "sent",
      lines: [{ ...line(key, `${operator} ${values}`, received), verdict: "differs" }],
    },
  };
}

function denied({ by, action, keys }: CauseOfKind<"denied">): Finding {
  const whose = by === "bucket-policy" ? "bucket's own policy" : "session policy";
  if (keys["cos:secure-transport"] === "false") {
    return {
      cause: "plain-http",
      sentence: `The request came over plain HTTP, and the ${whose} denies that.`,
    };
  }
  return {
    cause: "denied-explicitly",
    sentence: `The ${whose} denies ${shortAction(action)} on this object, whatever else allows it.`,
  };
}

function shortAction(action: string): string {
  return action.replaceAll("name/cos:", "");
}

function keyOf(resource: string): string {
  return resource.replace(/^qcs::cos:[^:]*:[^:]*:[^/]*\//, "");
}
