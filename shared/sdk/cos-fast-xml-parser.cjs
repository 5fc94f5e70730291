// cos-nodejs-sdk-v5/sdk/util makes both at load and uses neither to sign.
class Unused {
  parse() {
    throw new TypeError("XML is not read in a signing function.");
  }
  build() {
    throw new TypeError("XML is not written in a signing function.");
  }
}
module.exports = { XMLParser: Unused, XMLBuilder: Unused };
