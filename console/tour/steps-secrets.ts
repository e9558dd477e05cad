/** Write, read, versions. */
import { at, type TourScript } from './script.ts';

export async function secretSteps(script: TourScript, token: string): Promise<void> {
  script.step('Write a secret and read it back');
  await script.run(['secrets', 'enable', '--path', 'secret', '--version', '2', 'kv'], { token });
  await script.run(['kv', 'put', 'secret/app/database', 'user=app', 'password=-'], {
    token,
    stdin: 'correct horse',
    note: 'password-file',
  });
  const read = await script.json(['kv', 'get', 'secret/app/database'], { token });
  script.check(
    at(read, 'data', 'data', 'password') === 'correct horse',
    'the password that came from standard input is read back',
  );

  script.step('Versions: nothing is overwritten');
  await script.run(['kv', 'put', 'secret/app/database', 'user=app', 'password=-'], {
    token,
    stdin: 'battery staple',
    note: 'new-password-file',
  });
  const now = await script.json(['kv', 'get', 'secret/app/database'], { token });
  script.check(at(now, 'data', 'metadata', 'version') === 2, 'the second write is version 2');
  const before = await script.json(['kv', 'get', '--version', '1', 'secret/app/database'], {
    token,
  });
  script.check(
    at(before, 'data', 'data', 'password') === 'correct horse',
    'version 1 still holds the first password',
  );
  await script.run(['kv', 'put', '--cas', '1', 'secret/app/database', 'user=late'], {
    token,
    status: 2,
  });
  script.check(true, 'a write that expects version 1 to be the newest is refused');
  await script.run(['kv', 'history', 'secret/app/database'], { token });
}
