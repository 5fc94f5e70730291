import { blocked, type Finding, fail, pass } from "../../../packages/tls-check/src/index.ts";
import { type Network, NetworkError, send } from "../../lib/network.ts";
import { wrongAddressFinding } from "./wrong-address.ts";

/**
 * Checks that the receiver of announcements can be reached. It sends HEAD, which announces nothing. Many servers answer 404 to
 * a method that they do not know, so only 410 is a failure.
 */
export async function checkWebhook(url: URL, network: Network): Promise<Finding> {
  const claim = { id: "life.webhook", title: `UPLOADED_WEBHOOK: ${url.host} can be reached` };
  try {
    const { status } = await send(url, { method: "HEAD" }, network);
    if (status === 410)
      return fail(claim, "It answers 410: the address is gone.", "Correct UPLOADED_WEBHOOK.");
    return pass(claim, `It answers ${status} to HEAD. Nothing was announced.`);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    return (
      wrongAddressFinding(claim, error.code, {
        host: url.host,
        variable: "UPLOADED_WEBHOOK",
        mayBePrivate: true,
      }) ?? blocked(claim, `${url.host}: ${error.message}.`, "Check that UPLOADED_WEBHOOK is right.")
    );
  }
}
