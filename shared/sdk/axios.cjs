"use strict";

/**
 * What qcloud-cos-sts gets as axios in the bundle (see tools/build/packages.ts). It passes on the `proxy` that it was
 * given without looking at it, and here that `proxy` sends the request (see shared/sts/transport.ts).
 */
module.exports = ({ proxy: send, ...request }) => send(request);
