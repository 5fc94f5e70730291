import { startDev } from "../../../dev/emulator.ts";

// An emulator in a process of its own: says where it is, and ends with the process that started it.
const [dataDirectory = "", functionsDirectory = ""] = process.argv.slice(2);
const emulator = await startDev({
  port: 0,
  cosPort: 0,
  stsPort: 0,
  weChatPort: 0,
  scfPort: 0,
  dataDirectory,
  functionsDirectory,
  log: () => {},
});
process.on("disconnect", () => emulator.close().then(() => process.exit()));
const { url, cosHost, stsEndpoint, caFile, account } = emulator;
const { secretId, secretKey } = account;
process.send?.({ url, cosHost, stsEndpoint, caFile, secretId, secretKey });
