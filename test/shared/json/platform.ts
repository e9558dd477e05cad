/** What the platform's parser makes of it, objects without prototype. */
export function platform(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.assign(Object.create(null), value);
  });
}
