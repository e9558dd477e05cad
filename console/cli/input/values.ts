import { failure, StrongBoxError } from '../../../shared/errors/failure.ts';
import { parseJson } from '../../../shared/json/parse.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../shared/json/value.ts';
import type { Input } from './input.ts';

/**
 * Data on the command line, as Vault's has it:
 *
 * - `name=value`: text; `name=@FILE`: the content of a file; `name=-`: standard input exactly as it
 *   is (at a terminal: asked for, hidden); `name=\@…`: text that begins with an @;
 * - `@FILE` and `-`: a JSON object with all names and values.
 */
export async function readValues(words: readonly string[], input: Input): Promise<JsonObject> {
  const values: Record<string, JsonValue> = Object.create(null);
  for (const word of words) {
    for (const [name, value] of Object.entries(await readWord(word, input))) {
      if (Object.hasOwn(values, name)) {
        throw malformed('a value', 'given once', 'its name is used twice');
      }
      values[name] = value;
    }
  }
  return values;
}

/** The JSON object in a file or in standard input. */
async function readJsonObject(source: string, input: Input): Promise<JsonObject> {
  const bytes = await input.fileOrStandardInput(source);
  const shown = source === '-' ? 'standard input' : source;
  try {
    const value = parseJson(bytes);
    if (isJsonObject(value)) return value;
  } catch (error) {
    if (!(error instanceof StrongBoxError)) throw error;
    throw malformed(shown, 'a JSON object', error.message);
  } finally {
    bytes.fill(0);
  }
  throw malformed(shown, 'a JSON object', 'it is JSON of another kind');
}

async function readWord(word: string, input: Input): Promise<JsonObject> {
  if (word === '-') return readJsonObject('-', input);
  if (word.startsWith('@')) return readJsonObject(word.slice(1), input);
  const equals = word.indexOf('=');
  if (equals <= 0) {
    throw malformed('an argument', 'name=value, @FILE or -', 'there is no name or no = in it');
  }
  const name = word.slice(0, equals);
  return Object.assign(Object.create(null) as Record<string, JsonValue>, {
    [name]: await readText(name, word.slice(equals + 1), input),
  });
}

async function readText(name: string, text: string, input: Input): Promise<string> {
  if (text.startsWith('\\@')) return text.slice(1);
  const fromInput = text === '-';
  if (!fromInput && !text.startsWith('@')) return text;
  const bytes = fromInput ? await input.value(name) : input.file(text.slice(1));
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw malformed(`the value of ${name}`, 'UTF-8 text', 'encode it first, as with base64');
  } finally {
    bytes.fill(0);
  }
}

function malformed(source: string, expected: string, reason: string): Error {
  return failure('cli.input-malformed', { source, expected, reason });
}
