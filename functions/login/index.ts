import { handle } from "../../shared/entry/handle.ts";
import { readJsonBody } from "../../shared/http/json-body.ts";
import { loginService } from "./service.ts";

/** `POST /login {"code": "<wx.login code>"}`: a token for the WeChat user who got that code. */
export const main_handler = handle(
  { name: "login", methods: ["POST"] },
  loginService,
  async (request, { openidFor, remember, issueToken }, invocation) => {
    const { code } = readJsonBody(request, ["code"]);
    const openid = await openidFor(code, invocation);
    await remember(openid, invocation);
    const { token, expiresAt } = await issueToken(openid, Date.now());
    return { status: 200, body: { token, expiresAt } };
  },
);
