import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import {
  type Answer,
  AUTHORITATIVE_ANSWER,
  type DecodedPacket,
  decode,
  encode,
  type Question,
} from "dns-packet";
import { LOOPBACK } from "../cloud/listen.ts";
import { claim, type Service } from "../cloud/service.ts";
import type { Zone } from "./zone.ts";

const TTL_SECONDS = 1;
/** RFC 1035, section 4.1.1. */
const NAME_ERROR = 3;

export interface Dns extends Service {
  /** `127.0.0.1:<port>`, UDP. */
  readonly server: string;
}

/** A DNS server for only the names of the emulated cloud. Every address is this machine's. */
export async function startDns({ port }: { readonly port: number }, zone: Zone): Promise<Dns> {
  const socket = createSocket("udp4");
  // An error with one datagram must not end the server.
  socket.on("message", (message, { port: from, address }) => {
    const reply = answerTo(message, zone);
    if (reply !== undefined) socket.send(reply, from, address, () => undefined);
  });
  const opened = await claim("DNS", port, () => bind(socket, port));
  const server = `${LOOPBACK}:${opened}`;
  return {
    server,
    describe: () => [["DNS", `${server} (UDP)`]],
    reset: async () => zone.clear(),
    stop: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

async function bind(socket: Socket, port: number): Promise<number> {
  socket.bind(port, LOOPBACK);
  await once(socket, "listening");
  socket.on("error", () => undefined);
  return socket.address().port;
}

/** Undefined for anything but a question. */
function answerTo(message: Buffer, zone: Zone): Buffer | undefined {
  let asked: DecodedPacket;
  try {
    asked = decode(message);
  } catch {
    return undefined;
  }
  const [question] = asked.questions ?? [];
  if (asked.type !== "query" || question === undefined) return undefined;
  const answers = answersTo(question, zone);
  return encode({
    type: "response",
    id: asked.id ?? 0,
    // The low four bits are the response code.
    flags: AUTHORITATIVE_ANSWER | (zone.has(question.name) || isTarget(question.name) ? 0 : NAME_ERROR),
    questions: [question],
    answers,
  });
}

function answersTo({ name, type }: Question, zone: Zone): Answer[] {
  const cname = zone.cnameOf(name);
  const ttl = TTL_SECONDS;
  if (cname !== undefined) {
    const alias: Answer = { type: "CNAME", name, ttl, data: cname };
    return type === "A" ? [alias, { type: "A", name: cname, ttl, data: LOOPBACK }] : [alias];
  }
  if (type === "TXT") return zone.textOf(name).map((data) => ({ type: "TXT", name, ttl, data }));
  if (type === "A" && isTarget(name)) return [{ type: "A", name, ttl, data: LOOPBACK }];
  return [];
}

/** One of Tencent's own names, which a CNAME of the emulated cloud points to. */
function isTarget(name: string): boolean {
  return /\.(myqcloud\.com|tencentcos\.cn|dnsv1\.com|tencentscf\.com)$/i.test(name);
}
