// The plain way as an event function.
const { sign } = require("./plain.cjs");

exports.main_handler = async (event) => ({
  isBase64Encoded: false,
  statusCode: 200,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(await sign(event.queryString.ext)),
});
