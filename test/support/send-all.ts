import { once } from "node:events";
import { connect } from "node:net";

/**
 * PUTs a body to this machine as a browser does: to its end, whatever is answered meanwhile. Then it asks for / on the
 * same connection. (Node's own client stops when the answer ends.)
 *
 * @param headers without Content-Length; `Host` among them
 * @returns the status of each answer
 * @throws if the connection is cut, as it is if the body is not read to its end
 */
export async function sendAll(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
): Promise<number[]> {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  socket.on("data", (more) => {
    text += more.toString("latin1");
  });
  const lines = Object.entries({ ...headers, "Content-Length": body.length });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  socket.write(`PUT ${path} HTTP/1.1\r\n${head}\r\n`);
  socket.write(body);
  socket.write(`GET / HTTP/1.1\r\nHost: ${headers["Host"]}\r\nConnection: close\r\n\r\n`);
  await once(socket, "close");
  return [...text.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => Number(status));
}
