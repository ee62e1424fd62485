import { describe, expect, test } from "vitest";
import { addressesIn, isAddress, replySubject } from "./addresses";

describe("addresses", () => {
  test("are found with and without names, each once", () => {
    expect(addressesIn("Ann Bee <Ann@X.example>, bob@y.example; ann@x.example\ncid@z.example dan@z.example")).toEqual(["ann@x.example", "bob@y.example", "cid@z.example", "dan@z.example"]);
  });
  test.each(["nobody", "a@", "@b", "a b@c.example", "a@b@c", "a@b..example", 'a"@b.example'])("%s is none", (text) => {
    expect(isAddress(text)).toBe(false);
  });
  test("a reply's subject says so once", () => {
    expect([replySubject("Boxes"), replySubject("RE: Boxes"), replySubject("AW: Kisten"), replySubject("")]).toEqual(["Re: Boxes", "RE: Boxes", "AW: Kisten", ""]);
  });
});
