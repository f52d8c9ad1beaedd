// The form parser alone: whatever bytes come (E1).
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { readForm } from "../../src/sandbox/http/FormBody.ts"

describe("multipart/form-data", () => {
  it("a form survives the parser whatever bytes it holds (E1)", () =>
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        fc.string({ maxLength: 40 }),
        fc.stringMatching(/^[A-Za-z0-9'()+_,./:=?-]{1,60}$/),
        (bytes, text, boundary) => {
          fc.pre(!Buffer.from(bytes).includes(`\r\n--${boundary}`) && !text.includes(`--${boundary}`))
          const body = Buffer.concat([
            Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="text"\r\n\r\n${text}\r\n`),
            Buffer.from(
              `--${boundary}\r\ncontent-disposition:form-data; name="f"; filename="a \\"b\\".png"\r\ncontent-type: image/png\r\n\r\n`
            ),
            bytes,
            Buffer.from(`\r\n--${boundary}--\r\n`)
          ])
          const form = readForm(body, boundary)
          assert.strictEqual(form?.fields["text"], Buffer.from(text).toString())
          assert.deepStrictEqual(Buffer.from(form?.files["f"]?.bytes ?? []), Buffer.from(bytes))
          assert.strictEqual(form?.files["f"]?.fileName, 'a "b".png')
          assert.isUndefined(readForm(body.subarray(0, -6 - boundary.length), boundary))
        }
      )
    ))

  it("no bytes make the form parser throw", () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string({ maxLength: 5 }), (bytes, boundary) => {
        readForm(Buffer.concat([Buffer.from(`--${boundary}\r\n`), bytes]), boundary)
      })
    ))
})
