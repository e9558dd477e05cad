/**
 * The audit log, format 1, as bytes. One record is one line of JSON:
 *
 *     {"index":N,"prev":"<64 hex>",<the record's own fields>,"mac":"<64 hex>"}\n
 *
 * - `index` counts all lines of the agent's life from 0. `prev` is the RFC 6962 leaf hash,
 *   SHA-256(0x00 || line without newline), of the line before; 64 zeros for line 0.
 * - `mac` is HMAC-SHA-256, under the node's audit key, of the line's bytes before `,"mac":`.
 * - Two types of lines also hold a *summary* of all lines before them and a signature, so that a
 *   reader can begin there. `,"type":"checkpoint"` or `,"type":"header"` stands right behind
 *   `prev`:
 *
 *       "type":"checkpoint","time":"…","size":N,"root":"<64 hex>","frontier":["<64 hex>",…],
 *       "signature":"<128 hex>"
 *       "type":"header","time":"…","format":1,"node":"…","public_key":"<64 hex>","size":…,
 *       "root":…,"frontier":…,"signature":…
 *
 *   `size` is the number of lines before, which is the line's own `index`; `root` is the RFC 6962
 *   Merkle tree hash over them; `frontier` holds the hashes of the complete subtrees, largest
 *   first. `signature` is Ed25519 over the line's bytes before `,"signature":`.
 * - A file begins with a header. A header may also stand inside a file (another device began a file
 *   there): every device gets the same lines, only where files begin may differ.
 *
 * Hashes are lower-case hexadecimal, so that `sha256sum` and `openssl` check a line without us.
 */
import { assert } from '../assert.ts';

export const auditFormatVersion = 1;
export const hashBytes = 32;
export const hashHexBytes = 64;
export const signatureBytes = 64;
/** A line with its newline. */
export const auditLineBytesMax = 4_194_304;
/** Lines between two checkpoints, at most. */
export const checkpointLinesMax = 256;
/** Time from the first line that no checkpoint covers to the checkpoint. */
export const checkpointDelayMs = 1_000;
/** Digits of an index: up to 2^53 - 1. */
export const indexDigitsMax = 16;

export const newline = 0x0a;
export const indexLead = '{"index":';
export const prevLead = ',"prev":"';
export const checkpointLead = '"type":"checkpoint"';
export const eventLead = '"type":"event"';
export const headerLead = '"type":"header"';
export const signatureLead = ',"signature":"';
export const macLead = ',"mac":"';
export const lineTail = '"}';

/** `,"mac":"<64 hex>"}`: what follows the bytes that the code covers. */
export const macTailBytes = macLead.length + hashHexBytes + lineTail.length;
/** `,"signature":"<128 hex>"` in front of that. */
export const signatureTailBytes = signatureLead.length + 2 * signatureBytes + 1;

assert(String(Number.MAX_SAFE_INTEGER).length === indexDigitsMax, 'an index is a safe integer');
