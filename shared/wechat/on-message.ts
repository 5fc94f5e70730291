import type { Invocation } from "../entry/invocation.ts";
import type { Message } from "./push.ts";

/**
 * Called for every message that WeChat pushes and that is not the result of a check: a Mini Program has one address for
 * all of them. This is the one place to plug in your own. It has five seconds, with everything else; when it throws,
 * WeChat is answered with an error.
 *
 * Its signature is good, and so is its decryption; its fields are as they came. It may be called more than once for one
 * message: WeChat repeats what was not answered in time, and for five minutes whoever saw a message can send it again, to
 * an instance that has not had it.
 */
export async function onMessage(_message: Message, _invocation: Invocation): Promise<void> {}
