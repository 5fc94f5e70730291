import { createSocket } from "node:dgram";
import { once } from "node:events";
import { decode, encode } from "dns-packet";
import { expect, onTestFinished, test } from "vitest";
import { trustAnchors } from "../../../packages/tls-check/src/index.ts";
import { isInDns } from "../../../tools/lib/network.ts";

/** A DNS server on loopback that has these records, and answers NXDOMAIN for every other name. */
async function dnsServer(
  records: Readonly<Record<string, { readonly type: "A" | "AAAA"; readonly data: string }>>,
) {
  const socket = createSocket("udp4");
  socket.on("message", (message, { port, address }) => {
    const { id, questions } = decode(message);
    const [question] = questions ?? [];
    const record = question && records[question.name];
    const isAsked = record !== undefined && record.type === question?.type;
    const answer = encode({
      id,
      type: "response",
      flags: 0x0180 | (record === undefined ? 3 : 0),
      questions,
      answers: isAsked ? [{ ...record, name: question.name, ttl: 1 }] : [],
    });
    socket.send(answer, port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  onTestFinished(() => void socket.close());
  return `127.0.0.1:${socket.address().port}`;
}

test.each([
  ["an IPv4 address", "four.example.test", true],
  ["only an IPv6 address", "six.example.test", true],
  ["nothing", "none.example.test", false],
])("a name that has %s", async (_, host, known) => {
  const server = await dnsServer({
    "four.example.test": { type: "A", data: "192.0.2.1" },
    "six.example.test": { type: "AAAA", data: "2001:db8::1" },
  });
  const network = { anchors: trustAnchors(), dnsServer: server, timeoutMs: 60_000, addresses: new Map() };
  expect(await isInDns(host, network)).toBe(known);
});
