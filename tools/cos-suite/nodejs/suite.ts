import { messagesOf } from "../process/messages.ts";
import type { Suite, SuiteContext, SuiteMessage } from "../suite.ts";

interface Group {
  readonly title: string;
  readonly count: number;
}

type Message =
  | SuiteMessage
  | { readonly type: "groups"; readonly groups: readonly Group[] }
  | { readonly type: "end" };

/** cos-nodejs-sdk-v5's test/test.js, run by its own mocha, each group in its own process. */
export const nodejsSuite: Suite = {
  name: "cos-nodejs-sdk-v5",
  needs: ["test/test.js", "node_modules/mocha"],
  keys: "nodejs-sdk/test/*",

  async *run(context) {
    let groups: readonly Group[] = [];
    for await (const message of messages(context)) if (message.type === "groups") groups = message.groups;
    if (groups.length === 0) throw new Error(`${context.folder}/test/test.js has no groups; see above.`);
    for (const [place, { title, count }] of groups.entries()) {
      if (!title.includes(context.only)) continue;
      yield { type: "group", title, count };
      for await (const message of messages(context, String(place))) {
        if (message.type !== "groups" && message.type !== "end") yield message;
      }
    }
  },
};

function messages(context: SuiteContext, ...place: readonly string[]): AsyncGenerator<Message> {
  const { folder, timeoutSeconds, emulator, credentialsUrl } = context;
  const { account, bucket } = emulator;
  const { port } = new URL(emulator.cosUrl);
  const parameters = [folder, port, account.appId, String(timeoutSeconds * 1000), ...place];
  return messagesOf(new URL("group.cjs", import.meta.url), parameters, context, {
    SecretId: account.secretId,
    SecretKey: account.secretKey,
    Bucket: bucket.name,
    Region: bucket.region,
    Uin: account.ownerUin,
    nodejssdkStsUrl: credentialsUrl,
  });
}
