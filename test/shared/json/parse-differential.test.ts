import { test } from 'node:test';
import fc from 'fast-check';
import { checkAgainstPlatform, jsonSample, nearJson, wholeJson } from '../../fuzz/targets/json.ts';

test('F-39: on random JSON the value is the platform value, in objects without prototype', () => {
  fc.assert(wholeJson, { numRuns: 2_000 });
});

test('F-39: on random near-JSON both parsers accept the same texts', () => {
  fc.assert(nearJson, { numRuns: 20_000 });
});

test('F-39: a text with one byte changed is accepted by both parsers or by none', () => {
  for (let at = 0; at < jsonSample.length; at += 1) {
    for (let byte = 0; byte < 256; byte += 1) {
      const changed = Uint8Array.from(jsonSample);
      changed[at] = byte;
      checkAgainstPlatform(changed);
    }
  }
});
