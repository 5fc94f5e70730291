import type { CosAnswer, CosCall, CosRequest } from "../../../shared/cos/client.ts";
import { sessionPolicy } from "../../../shared/sts/session-policy.ts";
import { BUCKET } from "../../support/signing.ts";

/** A COS that answers as `answer` says, and the requests to it. */
export function cosWith(answer: (request: CosRequest, index: number) => string | Partial<CosAnswer>) {
  const asked: CosRequest[] = [];
  const cos: CosCall = async (request) => {
    asked.push(request);
    const given = answer(request, asked.length - 1);
    return typeof given === "string"
      ? { status: 200, headers: {}, body: Buffer.from(given) }
      : { status: 200, headers: {}, body: Buffer.alloc(0), ...given };
  };
  return { cos, asked };
}

/** The statements of the policy that a grant asks of STS. */
export const statementsOf = (grant: Parameters<typeof sessionPolicy>[0][number]) =>
  sessionPolicy([grant], BUCKET).statement;

/** A text as an XML serializer writes it. */
export const inXml = (text: string) =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replace(/[\n\r]/g, (end) => `&#${end.charCodeAt(0)};`);

/** A key of the most bytes that COS takes, and of the most that XML makes of them. */
export const LONGEST_KEY = '"'.repeat(850);
