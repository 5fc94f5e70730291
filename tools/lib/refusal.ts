import type { HttpAnswer } from "./network.ts";

/** Such as `403 AccessDenied: Access Denied.`: the status with COS's code and message, which do not quote the request. */
export function describeRefusal({ status, body }: Pick<HttpAnswer, "status" | "body">): string {
  const code = refusalCode(body);
  const message = /<Message>([^<]{0,200})<\/Message>/.exec(body.toString("utf8"))?.[1];
  return `${status}${code === undefined ? "" : ` ${code}`}${message === undefined ? "" : `: ${message.replace(/\.$/, "")}`}`;
}

/** COS's code; undefined when the body is not COS's. */
export function refusalCode(body: Buffer): string | undefined {
  return /<Code>(\w{1,64})<\/Code>/.exec(body.toString("utf8"))?.[1];
}
