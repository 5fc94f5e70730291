import type { AxiosOptions } from "qcloud-cos-sts";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Invocation } from "../../../shared/entry/invocation.ts";
import { exchange, NetworkError } from "../../../shared/net/https.ts";
import { BadAnswer } from "../../../shared/sts/errors.ts";
import { sender, transport } from "../../../shared/sts/transport.ts";

vi.mock(import("../../../shared/net/https.ts"), async (original) => ({
  ...(await original()),
  exchange: vi.fn(),
}));

const ADDRESS = "https://sts.example.com:8443/";
/** As qcloud-cos-sts 3.1.3 fills it in for axios. */
const OPTIONS: AxiosOptions = {
  method: "POST",
  url: ADDRESS,
  headers: { "content-type": "application/x-www-form-urlencoded" },
  data: "Action=GetFederationToken",
};
const OK = { status: 200, text: '{"Response":{"RequestId":"1"}}' };

describe("over HTTPS", () => {
  beforeEach(() => vi.mocked(exchange).mockResolvedValue(OK));
  afterEach(() => vi.mocked(exchange).mockReset());

  test("sends what the package gives it, to the endpoint, within five seconds and the invocation's time", async () => {
    const invocation = new Invocation({});
    const answer = await transport("sts.example.com:8443")(invocation)(OPTIONS);
    expect(answer).toEqual({ data: { Response: { RequestId: "1" } } });
    const { method, headers, data: body } = OPTIONS;
    expect(vi.mocked(exchange).mock.calls).toEqual([
      [
        { hostname: "sts.example.com", port: "8443", path: "/" },
        { method, headers, body, timeoutMs: 5000 },
        invocation,
      ],
    ]);
  });

  test("uses HTTPS's own port where the endpoint names none", async () => {
    await transport("sts.example.com")(new Invocation({}))(OPTIONS);
    expect(vi.mocked(exchange).mock.lastCall?.[0]).toMatchObject({ hostname: "sts.example.com", port: 443 });
  });

  test("passes on the cause of a network failure", async () => {
    const error = new NetworkError("ECONNREFUSED");
    vi.mocked(exchange).mockRejectedValue(error);
    await expect(transport("sts.example.com:8443")(new Invocation({}))(OPTIONS)).rejects.toBe(error);
  });
});

test.each([
  ["an HTTP error, whatever its body", { ...OK, status: 500 }, 500],
  ["a redirect, which is not followed", { status: 307, text: "" }, 307],
  ["HTML", { status: 200, text: "<html>" }, 200],
  ["nothing", { status: 200, text: "" }, 200],
  ["JSON null", { status: 200, text: "null" }, 200],
  ["no Response", { status: 200, text: "{}" }, 200],
  ["a Response that is null", { status: 200, text: '{"Response":null}' }, 200],
  ["a Response that is text", { status: 200, text: '{"Response":"x"}' }, 200],
])("%s is not an answer of STS", async (_, answer, status) => {
  const sent = sender(async () => answer)(OPTIONS);
  await expect(sent).rejects.toBeInstanceOf(BadAnswer);
  await expect(sent).rejects.toMatchObject({
    name: "BadAnswer",
    status,
    message: `STS answered ${status} without a result.`,
  });
});
