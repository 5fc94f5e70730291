import { type Finding, line, strictLine } from "./explanation.ts";
import { limitLines, overLimit } from "./size.ts";
import { quoted } from "./text.ts";

/**
 * What the emulator's x-emulator-reason says of an "Access Denied."; undefined for a reason that it does not know.
 * COS itself never tells this much.
 */
export function emulatorsReason(reason: string): Finding | undefined {
  if (/^the request is not signed/.test(reason)) {
    return {
      cause: "no-signature",
      sentence: "The request carries no signature, and the bucket is private.",
    };
  }
  const [, unsigned] = /^(\S+) was sent and is not in q-header-list/.exec(reason) ?? [];
  if (unsigned !== undefined) {
    return {
      cause: "strict-signature",
      sentence: `The bucket demands that ${unsigned} is signed, and it is not in q-header-list.`,
    };
  }
  if (/^a page of (?:the origin|another site)/.test(reason)) {
    return {
      cause: "cors",
      sentence: `No CORS rule of the bucket names the page's origin, and the emulator takes nothing from other sites: ${reason}.`,
    };
  }
  return notAmong(reason) ?? condition(reason) ?? denied(reason);
}

function notAmong(reason: string): Finding | undefined {
  const [, what, asked, allowed] = /^(action|resource) (\S+) is not among ([\s\S]*)$/.exec(reason) ?? [];
  if (asked === undefined || allowed === undefined) return undefined;
  const comparison = {
    expectedBy: "allowed",
    givenBy: "asked for",
    lines: [strictLine(what ?? "", allowed, asked)],
  };
  return what === "action"
    ? {
        cause: "action-not-allowed",
        sentence: `The session policy allows ${shortAction(allowed)}, and the request is ${shortAction(asked)}.`,
        comparison,
      }
    : {
        cause: "resource-not-allowed",
        sentence: `The session policy allows ${quoted(keyOf(allowed))}, and the request is for ${quoted(keyOf(asked))}.`,
        comparison,
      };
}

function condition(reason: string): Finding | undefined {
  const match = /^condition (\S+) (\S+) wants (.*), the request has (none|".*")$/.exec(reason);
  if (match === null) return undefined;
  const [, operator = "", key = "", wanted = "", had = ""] = match;
  const given = had === "none" ? undefined : had.slice(1, -1);
  if (key === "cos:secure-transport") {
    return { cause: "plain-http", sentence: "The request came by plain HTTP, and the policy demands HTTPS." };
  }
  const limit = Number(wanted.replaceAll('"', ""));
  if (key === "cos:content-length" && /less_than/.test(operator) && Number(given) > limit) {
    return {
      cause: "too-large",
      sentence: overLimit(Number(given), limit),
      comparison: limitLines(limit, Number(given)),
    };
  }
  if (key === "cos:content-length" && given === undefined) {
    return {
      cause: "no-length",
      sentence: `The request has no Content-Length, which the policy limits to ${wanted.replaceAll('"', "")} bytes.`,
    };
  }
  return {
    cause: "condition-not-met",
    sentence: `The session policy demands of ${key} ${operator.replaceAll("_", " ")} ${wanted}, and the request has ${had}.`,
    comparison: {
      expectedBy: "demanded",
      givenBy: "sent",
      lines: [{ ...line(key, `${operator} ${wanted}`, given), verdict: "differs" }],
    },
  };
}

function denied(reason: string): Finding | undefined {
  const [, asked] = /^a statement denies (\S+) on /.exec(reason) ?? [];
  if (asked === undefined) return undefined;
  const whose = reason.endsWith("(the bucket's policy)") ? "The bucket's own policy" : "The session policy";
  if (/ cos:secure-transport is "false"/.test(reason)) {
    return {
      cause: "plain-http",
      sentence: `The request came by plain HTTP, and ${lowerFirst(whose)} denies that.`,
    };
  }
  return {
    cause: "denied-explicitly",
    sentence: `${whose} denies ${shortAction(asked)} on this object, whatever else allows it.`,
  };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function shortAction(actions: string): string {
  return actions.replaceAll("name/cos:", "");
}

function keyOf(resource: string): string {
  return resource.replace(/^qcs::cos:[^:]*:[^:]*:[^/]*\//, "");
}
