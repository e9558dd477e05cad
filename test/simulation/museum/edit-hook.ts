/**
 * Loaded before everything else in the process of a visit: changes one source file while it is
 * being loaded, so that no copy of the project is needed and nothing on the disk is touched.
 */
import assert from 'node:assert/strict';
import { registerHooks } from 'node:module';
import { applyEdit, type Edit, editVariable } from './exhibit.ts';

const text = process.env[editVariable];
assert.ok(text !== undefined, `${editVariable} says what to change`);
const edit = JSON.parse(text) as Edit;
const address = new URL(`../../../${edit.file}`, import.meta.url).href;

registerHooks({
  load: (url, context, nextLoad) => {
    const loaded = nextLoad(url, context);
    if (url !== address) return loaded;
    const { source } = loaded;
    assert.ok(source !== undefined && source !== null, 'a source file has a source');
    const original = typeof source === 'string' ? source : new TextDecoder().decode(source);
    return { ...loaded, source: applyEdit(original, edit) };
  },
});
